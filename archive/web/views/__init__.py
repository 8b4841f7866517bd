"""Views: each reads the request, makes one call and picks a template."""
