"""Keys, encryption and signatures; no git here."""
