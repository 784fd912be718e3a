"""Do these reports speak of the same rule of the same holder? Pure: no database, no web, no vocabulary."""
