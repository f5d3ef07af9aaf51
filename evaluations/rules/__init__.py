"""How scores become a total: no database, exact decimals, rounded once at each figure shown."""
