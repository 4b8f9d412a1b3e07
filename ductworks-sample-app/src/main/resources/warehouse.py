"""A warehouse in plain Python: python3 warehouse.py unix:/path | tcp://host:port"""
import itertools, json, socket, struct, sys, time


def connect(address):
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(address[len("unix:"):])
        return connection
    host, port = address[len("tcp://"):].rsplit(":", 1)
    return socket.create_connection((host.strip("[]"), int(port)))


def receive(stream):
    header = stream.read(5)
    if len(header) < 5 or header[:1] != b"T":
        raise ConnectionError("the shop has gone")
    return json.loads(stream.read(struct.unpack("!L", header[1:])[0]))


def reserve(order, numbers=itertools.count(1)):
    pieces = sum(item["quantity"] for item in order["items"])
    return {"number": f"P-{next(numbers)}", "customer": order["customer"], "pieces": pieces, "backOrdered": False}


try:
    while True:
        try:
            with connect(sys.argv[1]) as connection, connection.makefile("rb") as stream:
                while True:
                    receipt = json.dumps(reserve(receive(stream))).encode()
                    connection.sendall(struct.pack("!cL", b"T", len(receipt)) + receipt)
        except OSError as failure:
            print(f"{failure}; trying again", file=sys.stderr)
            time.sleep(0.5)
except KeyboardInterrupt:
    pass
