"""A warehouse in plain Python: python3 warehouse.py ADDRESS..., each unix:/path | tcp://host:port

Answers bare orders, and calls of JSON-RPC 2.0; asks the shop back over the same connection."""
import inspect, itertools, json, signal, socket, struct, sys, threading, time

stock, receipts = {"nail": 10_000, "hammer": 200, "saw": 20}, itertools.count(1)


class Refusal(Exception):
    def __init__(self, code, status, title, detail):
        data = {"status": status, "title": title, "detail": str(detail)}
        self.error = {"code": code, "message": title, "data": data}


def reserve(order):
    pieces = sum(item["quantity"] for item in order["items"])
    return {"number": f"P-{next(receipts)}", "customer": order["customer"], "pieces": pieces, "backOrdered": False}


def count(ask, sku):
    if str(sku) not in stock:
        raise Refusal(-32602, 404, "No such article", sku)
    return {"sku": sku, "pieces": stock[sku]}


def restock(ask, sku, pieces):
    if not isinstance(pieces, int) or pieces < 1:
        raise Refusal(-32602, 400, "Not valid", "pieces must be a positive number")
    price = ask("price.get", {"sku": count(ask, sku)["sku"]})
    stock[sku] += pieces
    return {"sku": sku, "pieces": stock[sku], "cents": pieces * price["cents"]}


METHODS = {"stock.count": count, "stock.restock": restock}


def serve(connection):
    stream, numbers, answers = connection.makefile("rb"), itertools.count(1), {}

    def send(message):
        payload = json.dumps(message).encode()
        connection.sendall(struct.pack("!cL", b"T", len(payload)) + payload)

    def take():
        header = stream.read(5)
        if len(header) < 5 or header[:1] != b"T":
            raise ConnectionError("the shop has gone")
        message = json.loads(stream.read(struct.unpack("!L", header[1:])[0]))
        if "jsonrpc" not in message:
            send(reserve(message))
        elif "method" in message:
            answer(message, message["method"], message.get("params", {}))
        else:
            answers[message["id"]] = message

    def answer(call, name, params):
        args, kwargs = ([], params) if isinstance(params, dict) else (params, {})
        trace = {key: value for key, value in kwargs.pop("_meta", {}).items() if key == "traceparent"}
        log(f"[{trace.get('traceparent', '')[3:35] or 'no trace'}] {name} {params}")

        def ask(method, params):
            number = next(numbers)
            send({"jsonrpc": "2.0", "id": number, "method": method, "params": {**params, "_meta": trace}})
            while number not in answers:
                take()
            if "error" in answers[number]:
                raise RuntimeError(f"{method} failed: {answers.pop(number)['error']['message']}")
            return answers.pop(number)["result"]

        try:
            if name not in METHODS:
                raise Refusal(-32601, 404, "No such method", name)
            try:
                inspect.signature(METHODS[name]).bind(ask, *args, **kwargs)
            except TypeError as failure:
                raise Refusal(-32602, 400, "Not valid", failure)
            outcome = {"result": METHODS[name](ask, *args, **kwargs)}
        except Refusal as refusal:
            outcome = {"error": refusal.error}
        except (KeyError, TypeError, RuntimeError) as failure:
            outcome = {"error": Refusal(-32603, 500, "The warehouse failed", failure).error}
        if "id" in call:
            send({"jsonrpc": "2.0", "id": call["id"], **outcome})

    while True:
        take()


def connect(address):
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(address[len("unix:"):])
        return connection
    host, port = address[len("tcp://"):].rsplit(":", 1)
    return socket.create_connection((host.strip("[]"), int(port)))


def work(address):
    while True:
        try:
            with connect(address) as connection:
                serve(connection)
        except OSError as failure:
            log(f"{failure}; trying again")
            time.sleep(0.5)


def log(text):
    print(text, file=sys.stderr, flush=True)


signal.signal(signal.SIGINT, signal.SIG_DFL)
for address in sys.argv[1:]:
    threading.Thread(target=work, args=(address,)).start()
