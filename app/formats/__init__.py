"""Pure codecs, bytes to plain records and back."""
