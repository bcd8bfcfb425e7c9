"""The shop: two small services, `shop.checkout` and `shop.search`, run from the deploy repository."""
