"""HTTP without domain: problem answers, templates, security headers."""
