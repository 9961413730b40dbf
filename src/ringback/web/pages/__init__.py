"""Staff's pages, one file a page; `act` is how each of them changes anything."""
