"""What the store keeps, part by part; together they are bot.ports.Store, whose laws hold for all of them."""
