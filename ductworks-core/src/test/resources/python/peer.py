"""A peer in plain Python: usage is peer.py parent|child <what to do> <address>.

An address is unix:/path or tcp://host:port. A parent prints the address that it really listens at.
"""

import json
import math
import socket
import struct
import sys

HEADER = struct.Struct('!cL')


class Peer:

    def __init__(self, connection):
        self.connection = connection

    def read(self, count):
        chunks = []
        while count > 0:
            chunk = self.connection.recv(min(count, 65536))
            if not chunk:
                raise EOFError('the other side is gone')
            chunks.append(chunk)
            count -= len(chunk)
        return b''.join(chunks)

    def recv(self):
        magic, length = HEADER.unpack(self.read(HEADER.size))
        assert magic == b'T', magic
        return json.loads(self.read(length).decode('utf-8'))

    def frame(self, message, ensure_ascii=True):
        payload = json.dumps(message, ensure_ascii=ensure_ascii).encode('utf-8')
        return HEADER.pack(b'T', len(payload)) + payload

    def send(self, message, ensure_ascii=True):
        self.connection.sendall(self.frame(message, ensure_ascii))


def bounce(peer):
    while True:
        message = peer.recv()
        if message is None:
            return
        peer.send(message)


def escape(peer):
    """Sends one message back in both ways in which Python writes it."""
    message = peer.recv()
    peer.send(message, ensure_ascii=True)
    peer.send(message, ensure_ascii=False)


def count_down(peer):
    """Asks first: sends 99 to 0, wants each back, then says that it stops."""
    for number in reversed(range(100)):
        peer.send({'number': number})
        assert peer.recv() == {'number': number}
    peer.send(None)


def not_finite(peer):
    peer.send([math.nan, math.inf, -math.inf])
    nan, inf, minus_inf = peer.recv()
    assert math.isnan(nan), nan
    assert inf == math.inf and minus_inf == -math.inf, (inf, minus_inf)


def big(peer):
    message = ['x' * 100_000 + str(i) for i in range(23)]
    peer.send(message)
    assert peer.recv() == message


def cut_in_header(peer):
    peer.recv()
    peer.connection.sendall(peer.frame('whole') + b'T\x00\x00')


def cut_in_payload(peer):
    peer.recv()
    peer.connection.sendall(peer.frame('whole') + HEADER.pack(b'T', 100) + b'0123456789')


def urgent(peer):
    frame = peer.frame('before and after')
    peer.connection.sendall(frame[:9])
    peer.connection.send(b'!', socket.MSG_OOB)
    peer.connection.sendall(frame[9:])
    # A second urgent byte would turn one that was not passed yet into data: the system has room for one.
    peer.recv()
    peer.connection.send(b'!', socket.MSG_OOB)
    bounce(peer)


def parse(address):
    if address.startswith('unix:'):
        return socket.AF_UNIX, address[len('unix:'):]
    host, port = address[len('tcp://'):].rsplit(':', 1)
    return socket.AF_INET, (host, int(port))


def connect(address):
    family, where = parse(address)
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(20)
    connection.connect(where)
    return connection


def accept(address):
    family, where = parse(address)
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.settimeout(20)
        listener.bind(where)
        listener.listen(1)
        if family == socket.AF_INET:
            address = 'tcp://%s:%d' % listener.getsockname()
        print(address, flush=True)
        connection, _ = listener.accept()
    connection.settimeout(20)
    return connection


def main():
    role, task, address = sys.argv[1:]
    with (accept if role == 'parent' else connect)(address) as connection:
        globals()[task](Peer(connection))


if __name__ == '__main__':
    main()
