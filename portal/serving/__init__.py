"""Starting the portal: what must be made first, the web server, and who watches over both parts."""
