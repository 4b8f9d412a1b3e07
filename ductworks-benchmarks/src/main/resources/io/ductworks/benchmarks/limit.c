/*
 * What is possible between two processes with the same frames: 0x54, the length of the
 * payload as four bytes in network order, the payload. The first byte of a payload is 1
 * where the other side is asked how many came, else 0.
 *
 * limit answer|ask round-trip|one-way unix|tcp path|port bytes spin|block gathered|each
 *     warmup-ms measure-ms limit-s directory
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAGIC 0x54
#define HEADER 5
#define QUESTION 16
#define SPIN_NANOS 50000
#define WINDOW_NANOS 1000000000LL
#define CONFIRM_NANOS 10000000000LL
#define LARGE (1 << 20)
#define GATHERED (64 * 1024)
#define READ_SIZE (256 * 1024)

static int spin;
static int gathered;
static int bytes;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void put_header(uint8_t *frame, uint32_t length)
{
	uint32_t ordered = htonl(length);
	frame[0] = MAGIC;
	memcpy(frame + 1, &ordered, sizeof ordered);
}

static uint32_t length_of(const uint8_t *frame)
{
	uint32_t ordered;
	if (frame[0] != MAGIC) {
		fprintf(stderr, "no frame: %02x\n", frame[0]);
		exit(1);
	}
	memcpy(&ordered, frame + 1, sizeof ordered);
	return ntohl(ordered);
}

static void put_number(uint8_t *payload, uint64_t number)
{
	memset(payload, 0, QUESTION);
	payload[0] = 1;
	for (int i = 0; i < 8; i++) {
		payload[1 + i] = (uint8_t)(number >> (56 - 8 * i));
	}
}

static uint64_t get_number(const uint8_t *payload)
{
	uint64_t number = 0;
	for (int i = 0; i < 8; i++) {
		number = number << 8 | payload[1 + i];
	}
	return number;
}

static void write_all(int fd, const uint8_t *from, size_t size)
{
	while (size > 0) {
		ssize_t written = send(fd, from, size, MSG_NOSIGNAL);
		if (written < 0) {
			fail("send");
		}
		from += written;
		size -= (size_t)written;
	}
}

/* Reads what is there, at least one byte; 0 at the end of the stream. */
static ssize_t read_some(int fd, uint8_t *to, size_t size)
{
	if (spin) {
		int64_t deadline = now() + SPIN_NANOS;
		do {
			ssize_t got = recv(fd, to, size, MSG_DONTWAIT);
			if (got >= 0) {
				return got;
			}
			if (errno != EAGAIN) {
				return 0;
			}
		} while (now() < deadline);
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		if (poll(&wait, 1, -1) < 0) {
			fail("poll");
		}
	}
	ssize_t got = recv(fd, to, size, 0);
	return (got < 0) ? 0 : got;
}

static int read_all(int fd, uint8_t *to, size_t size)
{
	while (size > 0) {
		ssize_t got = read_some(fd, to, size);
		if (got == 0) {
			return 0;
		}
		to += got;
		size -= (size_t)got;
	}
	return 1;
}

/* Small frames are read in one go, header and payload. */
static int read_frame(int fd, uint8_t *to, size_t capacity)
{
	size_t have = 0;
	size_t want = HEADER;
	while (have < want) {
		ssize_t got = read_some(fd, to + have, capacity - have);
		if (got == 0) {
			return 0;
		}
		have += (size_t)got;
		if (have >= HEADER) {
			want = HEADER + length_of(to);
		}
	}
	return (int)want;
}

static void echo(int fd)
{
	size_t capacity = HEADER + (size_t)bytes;
	uint8_t *frame = malloc(capacity);
	int size;
	while ((size = read_frame(fd, frame, capacity)) > 0) {
		write_all(fd, frame, (size_t)size);
	}
}

static void answer_count(int fd, uint64_t *count)
{
	uint8_t frame[HEADER + QUESTION];
	put_header(frame, QUESTION);
	put_number(frame + HEADER, *count);
	write_all(fd, frame, sizeof frame);
	*count = 0;
}

static void count_small(int fd)
{
	uint8_t *buffer = malloc(READ_SIZE);
	size_t have = 0;
	uint64_t count = 0;
	ssize_t got;
	while ((got = recv(fd, buffer + have, READ_SIZE - have, 0)) > 0) {
		have += (size_t)got;
		size_t at = 0;
		while (have - at >= HEADER) {
			size_t length = length_of(buffer + at);
			if (have - at < HEADER + length) {
				break;
			}
			if (buffer[at + HEADER] == 1) {
				answer_count(fd, &count);
			}
			else {
				count++;
			}
			at += HEADER + length;
		}
		memmove(buffer, buffer + at, have - at);
		have -= at;
	}
}

/* The end of a payload and the header of the next come in one read. */
static void count_large(int fd)
{
	uint8_t *payload = malloc((size_t)bytes);
	uint8_t header[HEADER];
	uint64_t count = 0;
	size_t header_have = 0;
	for (;;) {
		if (header_have < HEADER && !read_all(fd, header + header_have, HEADER - header_have)) {
			return;
		}
		size_t length = length_of(header);
		size_t have = 0;
		header_have = 0;
		while (have < length) {
			struct iovec parts[2] = { { payload + have, length - have }, { header, HEADER } };
			ssize_t got = readv(fd, parts, 2);
			if (got <= 0) {
				return;
			}
			if ((size_t)got > length - have) {
				header_have = (size_t)got - (length - have);
				have = length;
			}
			else {
				have += (size_t)got;
			}
		}
		if (payload[0] == 1) {
			answer_count(fd, &count);
		}
		else {
			count++;
		}
	}
}

static int compare(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left;
	int32_t b = *(const int32_t *)right;
	return (a > b) - (a < b);
}

static void write_result(const char *directory, const char *text)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/result.json", directory);
	FILE *file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
		fail(path);
	}
}

static void ask_round_trip(int fd, int64_t warmup, int64_t measure, const char *directory)
{
	size_t size = HEADER + (size_t)bytes;
	uint8_t *frame = malloc(size);
	uint8_t *answer = malloc(size);
	size_t capacity = (size_t)(measure / 1000) + 1;
	int32_t *nanos = malloc(capacity * sizeof *nanos);
	put_header(frame, (uint32_t)bytes);
	for (int i = 0; i < bytes; i++) {
		frame[HEADER + i] = (uint8_t)i;
	}
	size_t count = 0;
	int64_t begun = now();
	int64_t start = begun + warmup;
	int64_t deadline = start + measure;
	int warming = 1;
	while (begun < deadline) {
		if (warming && begun >= start) {
			warming = 0;
			start = begun;
			count = 0;
		}
		write_all(fd, frame, size);
		if (read_frame(fd, answer, size) != (int)size || memcmp(frame, answer, size) != 0) {
			fprintf(stderr, "the answer is not what was sent\n");
			exit(1);
		}
		int64_t ended = now();
		if (!warming && count < capacity) {
			nanos[count] = (int32_t)(ended - begun);
		}
		count++;
		begun = ended;
	}
	size_t kept = (count < capacity) ? count : capacity;
	qsort(nanos, kept, sizeof *nanos, compare);
	char text[200];
	snprintf(text, sizeof text, "{\"value\": %.4f, \"p50\": %.4f, \"p99\": %.4f}",
			(double)(begun - start) / 1e3 / (double)count, nanos[kept / 2] / 1e3, nanos[kept * 99 / 100] / 1e3);
	write_result(directory, text);
}

static uint64_t ask_count(int fd)
{
	uint8_t frame[HEADER + QUESTION];
	put_header(frame, QUESTION);
	put_number(frame + HEADER, 0);
	write_all(fd, frame, sizeof frame);
	if (!read_all(fd, frame, sizeof frame)) {
		fail("the count");
	}
	return get_number(frame + HEADER);
}

static uint64_t send_small(int fd, const uint8_t *frame, size_t size, int64_t deadline)
{
	static uint8_t buffer[GATHERED];
	size_t used = 0;
	uint64_t sent = 0;
	while (now() < deadline) {
		for (int i = 0; i < 64; i++) {
			if (!gathered) {
				write_all(fd, frame, size);
				continue;
			}
			if (used + size > sizeof buffer) {
				write_all(fd, buffer, used);
				used = 0;
			}
			memcpy(buffer + used, frame, size);
			used += size;
		}
		sent += 64;
	}
	write_all(fd, buffer, used);
	return sent;
}

static uint64_t send_large(int fd, const uint8_t *frame, size_t size, int64_t deadline)
{
	uint64_t sent = 0;
	while (now() < deadline) {
		write_all(fd, frame, size);
		sent++;
	}
	return sent;
}

static void ask_one_way(int fd, int64_t warmup, int64_t measure, const char *directory)
{
	size_t size = HEADER + (size_t)bytes;
	uint8_t *frame = calloc(1, size);
	put_header(frame, (uint32_t)bytes);
	uint64_t messages = 0;
	int64_t nanos = 0;
	int64_t lengths[] = { warmup, measure };
	for (int i = 0; i < 2; i++) {
		int64_t window = (lengths[i] < WINDOW_NANOS) ? lengths[i] : WINDOW_NANOS;
		messages = 0;
		nanos = 0;
		while (nanos < lengths[i]) {
			int64_t start = now();
			uint64_t sent = (bytes >= LARGE) ? send_large(fd, frame, size, start + window)
					: send_small(fd, frame, size, start + window);
			uint64_t arrived = ask_count(fd);
			if (arrived != sent) {
				fprintf(stderr, "%llu messages were sent and %llu arrived\n", (unsigned long long)sent,
						(unsigned long long)arrived);
				exit(1);
			}
			messages += sent;
			nanos += now() - start;
		}
	}
	double per_second = (double)messages / ((double)nanos / 1e9);
	char text[100];
	snprintf(text, sizeof text, "{\"value\": %.4f}", (bytes >= LARGE) ? per_second * bytes / 1e9 : per_second);
	write_result(directory, text);
}

static int open_socket(int answering, int is_unix, const char *where)
{
	struct sockaddr_un file = { .sun_family = AF_UNIX };
	struct sockaddr_in tcp = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr *address = is_unix ? (struct sockaddr *)&file : (struct sockaddr *)&tcp;
	socklen_t size = is_unix ? sizeof file : sizeof tcp;
	int on = 1;
	int fd = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
	if (is_unix) {
		snprintf(file.sun_path, sizeof file.sun_path, "%s", where);
	}
	else {
		tcp.sin_port = htons((uint16_t)atoi(where));
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	}
	if (answering) {
		if (bind(fd, address, size) != 0 || listen(fd, 1) != 0) {
			fail(where);
		}
	}
	else if (connect(fd, address, size) != 0) {
		fail(where);
	}
	return fd;
}

static int accept_one(int listening, int is_unix, const char *directory)
{
	char path[4096];
	int on = 1;
	snprintf(path, sizeof path, "%s/ready", directory);
	int ready = open(path, O_CREAT | O_WRONLY, 0600);
	if (ready < 0) {
		fail(path);
	}
	close(ready);
	int fd = accept(listening, NULL, NULL);
	if (fd < 0) {
		fail("accept");
	}
	if (!is_unix) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	}
	return fd;
}

int main(int count, char **arguments)
{
	if (count != 12) {
		fprintf(stderr, "11 arguments, please\n");
		return 2;
	}
	int answering = strcmp(arguments[1], "answer") == 0;
	int one_way = strcmp(arguments[2], "one-way") == 0;
	int is_unix = strcmp(arguments[3], "unix") == 0;
	bytes = atoi(arguments[5]);
	spin = strcmp(arguments[6], "spin") == 0;
	gathered = strcmp(arguments[7], "gathered") == 0;
	int64_t warmup = atoll(arguments[8]) * 1000000;
	int64_t measure = atoll(arguments[9]) * 1000000;
	alarm((unsigned)atoi(arguments[10]));
	int fd = open_socket(answering, is_unix, arguments[4]);
	if (answering) {
		fd = accept_one(fd, is_unix, arguments[11]);
		if (!one_way) {
			echo(fd);
		}
		else if (bytes >= LARGE) {
			count_large(fd);
		}
		else {
			count_small(fd);
		}
	}
	else if (one_way) {
		ask_one_way(fd, warmup, measure, arguments[11]);
	}
	else {
		ask_round_trip(fd, warmup, measure, arguments[11]);
	}
	return 0;
}
