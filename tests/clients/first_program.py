"""The first program anybody writes with ccxt: look at the balance, buy at the market, bid below it.

Unchanged but for the address, which comes with key and secret from the environment.
"""

import os

import ccxt

exchange = ccxt.kraken(
    {
        "apiKey": os.environ["KRAKEN_KEY"],
        "secret": os.environ["KRAKEN_SECRET"],
    }
)
exchange.urls["api"]["public"] = os.environ["KRAKEN_URL"]
exchange.urls["api"]["private"] = os.environ["KRAKEN_URL"]

balance = exchange.fetch_balance()
print("free USD:", balance["USD"]["free"])

order = exchange.create_market_buy_order("BTC/USD", 0.002)
print("bought:", order["id"])

price = exchange.fetch_ticker("BTC/USD")["bid"] * 0.9
order = exchange.create_limit_buy_order("BTC/USD", 0.002, price)
print("bid:", order["id"])
