/*
 * Runs commands in the guest for the tests: one TCP connection a command, as many at once as there are connections.
 *
 *   agent ROOT PORT      commands run by /bin/sh in ROOT; goes to the background once it listens
 *
 * A connection begins with the command: length (u32, big-endian), bytes. Frames follow in both directions:
 * type (u8), length (u32, big-endian), bytes.
 *
 *   to the command    'i' standard input   'c' end of the standard input   's' a signal (one byte)
 *   from the command  'o' standard output  'e' standard error              'x' it ended: u32 exit code, 128 + signal where killed
 *
 * The command is the leader of a session, and all of its process group is killed when the connection goes.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 65536, MAX_COMMAND = 1 << 20 };

static pid_t child;

static void give_up(void) {
  if (child > 0) kill(-child, SIGKILL);
  _exit(0);
}

static void read_all(int fd, void *to, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t n = read(fd, (char *)to + done, length - done);
    if (n <= 0) give_up();
    done += n;
  }
}

static void write_all(int fd, const void *from, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t n = write(fd, (const char *)from + done, length - done);
    if (n <= 0) give_up();
    done += n;
  }
}

static void send_frame(int socket, char type, const void *bytes, uint32_t length) {
  static char frame[5 + CHUNK];
  frame[0] = type;
  uint32_t big = htonl(length);
  memcpy(frame + 1, &big, 4);
  memcpy(frame + 5, bytes, length);
  write_all(socket, frame, 5 + length);
}

/* Passes on what is there; returns 0 at the end. */
static int forward(int from, int socket, char type) {
  static char bytes[CHUNK];
  ssize_t n = read(from, bytes, sizeof bytes);
  if (n > 0) send_frame(socket, type, bytes, n);
  return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void serve(int socket) {
  uint32_t length;
  read_all(socket, &length, 4);
  length = ntohl(length);
  if (length > MAX_COMMAND) give_up();
  char *command = calloc(1, length + 1);
  read_all(socket, command, length);

  int in[2], out[2], err[2];
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) give_up();
  child = fork();
  if (child == 0) {
    setsid();
    dup2(in[0], 0);
    dup2(out[1], 1);
    dup2(err[1], 2);
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    execl("/bin/sh", "sh", "-c", command, (char *)0);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  close(err[1]);
  fcntl(in[1], F_SETFL, O_NONBLOCK);
  fcntl(out[0], F_SETFL, O_NONBLOCK);
  fcntl(err[0], F_SETFL, O_NONBLOCK);
  int ended = syscall(SYS_pidfd_open, child, 0);

  static char input[CHUNK]; /* of the frame being passed on: not more is taken until the command took it */
  size_t pending = 0, passed = 0, left = 0;
  int closing = 0;
  for (;;) {
    struct pollfd fds[] = {
        {pending > passed ? -1 : socket, POLLIN, 0}, {pending > passed ? in[1] : -1, POLLOUT, 0},
        {out[0], POLLIN, 0}, {err[0], POLLIN, 0}, {ended, POLLIN, 0}};
    if (poll(fds, 5, -1) < 0) continue;
    if (fds[2].revents && !forward(out[0], socket, 'o')) { close(out[0]); out[0] = -1; }
    if (fds[3].revents && !forward(err[0], socket, 'e')) { close(err[0]); err[0] = -1; }
    if (fds[4].revents && !(fds[2].revents & POLLIN) && !(fds[3].revents & POLLIN)) {
      int status;
      waitpid(child, &status, 0);
      uint32_t code = htonl(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
      send_frame(socket, 'x', &code, 4);
      shutdown(socket, SHUT_WR);
      _exit(0);
    }
    if (fds[1].revents) {
      ssize_t n = write(in[1], input + passed, pending - passed);
      if (n > 0) passed += n;
      else if (n < 0 && errno != EAGAIN) passed = pending; /* it does not read any more */
    }
    if (fds[0].revents) {
      if (left == 0) {
        char type;
        read_all(socket, &type, 1);
        read_all(socket, &length, 4);
        length = ntohl(length);
        if (type == 'i') left = length;
        else if (type == 'c') closing = 1;
        else if (type == 's' && length == 1) {
          unsigned char number;
          read_all(socket, &number, 1);
          kill(-child, number);
        } else give_up();
      } else {
        pending = left < sizeof input ? left : sizeof input;
        passed = 0;
        read_all(socket, input, pending);
        left -= pending;
        if (in[1] < 0) passed = pending;
      }
    }
    if (closing && passed == pending && in[1] >= 0) { close(in[1]); in[1] = -1; }
  }
}

int main(int argc, char **argv) {
  if (argc != 3 || chroot(argv[1]) || chdir("/run/tmp")) return 1;
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setenv("TMPDIR", "/run/tmp", 1);
  setenv("HOME", "/run/tmp", 1);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGCHLD, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 64)) {
    perror("agent");
    return 1;
  }
  if (fork()) return 0; /* it listens, so that who started it may say so */
  for (;;) {
    int socket = accept4(listener, 0, 0, SOCK_CLOEXEC);
    if (socket < 0) continue;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (fork() == 0) {
      signal(SIGCHLD, SIG_DFL);
      close(listener);
      serve(socket);
    }
    close(socket);
  }
}
