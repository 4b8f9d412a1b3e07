"""A peer in plain Python that speaks JSON-RPC 2.0: usage is rpc_peer.py parent|child <address>.

An address is unix:/path or tcp://host:port. A parent prints the address that it really listens at.
"""

import itertools
import sys
import threading

from peer import Peer, accept, connect


class RpcError(Exception):

    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.error = {'code': code, 'message': message, **({} if data is None else {'data': data})}


class RpcPeer:
    """Serves the methods that it is given, each request on a thread of its own, and asks meanwhile."""

    def __init__(self, peer, methods):
        self.peer = peer
        self.methods = methods
        self.ids = itertools.count(1)
        self.writing = threading.Lock()
        self.waiting = {}
        self.cancelled = {}

    def send(self, message):
        with self.writing:
            self.peer.send({'jsonrpc': '2.0', **message})

    def notify(self, method, params):
        self.send({'method': method, 'params': params})

    def ask(self, method, params):
        """Returns what waits for the result."""
        number = f'py-{next(self.ids)}'
        answered, answers = threading.Event(), []
        self.waiting[number] = lambda answer: (answers.append(answer), answered.set())
        self.send({'id': number, 'method': method, 'params': params})

        def result():
            assert answered.wait(20), f'no answer to {number}'
            if 'error' in answers[0]:
                raise RpcError(answers[0]['error']['code'], answers[0]['error']['message'])
            return answers[0]['result']

        return result

    def serve(self):
        while True:
            try:
                message = self.peer.recv()
            except EOFError:
                return
            if 'method' not in message:
                self.waiting.pop(message['id'])(message)
            elif message['method'] == '$/cancelRequest':
                self.cancelled.setdefault(message['params']['id'], threading.Event()).set()
            elif 'id' in message:
                self.cancelled.setdefault(message['id'], threading.Event())
                threading.Thread(target=self.answer, args=(message,), daemon=True).start()
            else:
                self.methods[message['method']](self, message, message.get('params'))

    def answer(self, request):
        try:
            if request['method'] not in self.methods:
                raise RpcError(-32601, 'Method not found')
            result = self.methods[request['method']](self, request, request.get('params'))
            self.send({'id': request['id'], 'result': result})
        except RpcError as failure:
            self.send({'id': request['id'], 'error': failure.error})


notes = []
held = threading.Event()


def add(peer, request, params):
    if isinstance(params, dict):
        params.pop('_meta', None)
        return sum(params.values())
    return sum(params)


def hold(peer, request, params):
    """Answered after a request that came later."""
    assert held.wait(20)
    return 'held'


def let_go(peer, request, params):
    held.set()
    return 'let go'


def until_cancelled(peer, request, params):
    assert peer.cancelled[request['id']].wait(20), 'not cancelled'
    notes.append('cancelled')
    raise RpcError(-32800, 'Cancelled')


def fail(peer, request, params):
    raise RpcError(1001, 'Out of stock', {'sku': 'nail'})


def double_all(peer, request, params):
    """Asks back, many times at once."""
    return sum(result() for result in [peer.ask('double', [number]) for number in range(params[0])])


def fail_back(peer, request, params):
    """Has a request fail at the other side."""
    try:
        peer.ask('unknown', [])()
    except RpcError as failure:
        return failure.error['code']


def tell(peer, request, params):
    for number in range(params[0]):
        peer.notify('told', [number])
    return 'all told'


METHODS = {
    'add': add, 'hold': hold, 'let.go': let_go, 'until.cancelled': until_cancelled, 'fail': fail,
    'double.all': double_all, 'fail.back': fail_back, 'tell': tell,
    'note': lambda peer, request, params: notes.append(params[0]),
    'notes': lambda peer, request, params: notes,
}

with (accept if sys.argv[1] == 'parent' else connect)(sys.argv[2]) as connection:
    RpcPeer(Peer(connection), METHODS).serve()
