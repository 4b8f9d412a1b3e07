// A peer that speaks JSON-RPC 2.0 with vscode-jsonrpc, over frames of ducts: rpc_peer.js parent|child <address>.
// An address is unix:/path or tcp://host:port. A parent prints the address that it really listens at.
'use strict';

const net = require('net');
const rpc = require('vscode-jsonrpc/node');

class FrameReader extends rpc.AbstractMessageReader {

	constructor(socket) {
		super();
		this.socket = socket;
		this.bytes = Buffer.alloc(0);
	}

	listen(callback) {
		this.socket.on('data', (chunk) => {
			this.bytes = Buffer.concat([this.bytes, chunk]);
			while (this.bytes.length >= 5 && this.bytes.length >= 5 + this.bytes.readUInt32BE(1)) {
				if (this.bytes[0] !== 0x54) {
					throw new Error(`a frame begins with ${this.bytes[0]}`);
				}
				const end = 5 + this.bytes.readUInt32BE(1);
				const message = JSON.parse(this.bytes.subarray(5, end).toString('utf8'));
				this.bytes = this.bytes.subarray(end);
				callback(message);
			}
		});
		this.socket.on('close', () => this.fireClose());
		return { dispose() {} };
	}

}

class FrameWriter extends rpc.AbstractMessageWriter {

	constructor(socket) {
		super();
		this.socket = socket;
	}

	async write(message) {
		const payload = Buffer.from(JSON.stringify(message), 'utf8');
		const header = Buffer.alloc(5);
		header.write('T');
		header.writeUInt32BE(payload.length, 1);
		this.socket.write(Buffer.concat([header, payload]));
	}

	end() {}

}

const notes = [];
let letGo;
const held = new Promise((resolve) => letGo = resolve);

function serve(socket) {
	const peer = rpc.createMessageConnection(new FrameReader(socket), new FrameWriter(socket));
	const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
	peer.onRequest('add', (...params) => {
		const [first] = params;
		return (typeof first === 'object') ? sum(Object.keys(first).filter((key) => key !== '_meta').map((key) => first[key]))
			: sum(params.filter((param) => typeof param === 'number'));
	});
	peer.onRequest('hold', () => held.then(() => 'held'));
	peer.onRequest('let.go', () => { letGo(); return 'let go'; });
	peer.onRequest('until.cancelled', (...params) => new Promise((resolve, reject) => {
		params[params.length - 1].onCancellationRequested(() => {
			notes.push('cancelled');
			reject(new rpc.ResponseError(-32800, 'Cancelled'));
		});
	}));
	peer.onRequest('fail', () => new rpc.ResponseError(1001, 'Out of stock', { sku: 'nail' }));
	peer.onRequest('double.all', async (count) => sum(await Promise.all(
		[...Array(count).keys()].map((number) => peer.sendRequest('double', number)))));
	peer.onRequest('fail.back', () => peer.sendRequest('unknown').catch((failure) => failure.code));
	peer.onRequest('tell', async (count) => {
		for (let number = 0; number < count; number++) {
			await peer.sendNotification('told', number);
		}
		return 'all told';
	});
	peer.onNotification('note', (note) => { notes.push(note); });
	peer.onRequest('notes', () => notes);
	peer.listen();
}

const [role, address] = process.argv.slice(2);
const unix = address.startsWith('unix:');
const [, host, port] = unix ? [] : address.match(/^tcp:\/\/(.*):(\d+)$/);
const where = unix ? { path: address.substring('unix:'.length) } : { host, port: Number(port) };
if (role === 'parent') {
	const server = net.createServer((socket) => {
		server.close();
		serve(socket);
	});
	server.listen(where, () => console.log(unix ? address : `tcp://${host}:${server.address().port}`));
}
else {
	const socket = net.connect(where, () => serve(socket));
}
