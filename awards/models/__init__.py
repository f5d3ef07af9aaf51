"""Tables of the top floor: certificates and archive packages."""
