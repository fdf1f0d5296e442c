/*
 * A program that speaks verbs in the guest, for the tests: it owns memory regions, makes queue pairs by hand or through
 * rdma_cm, serves what comes to them and posts what it is told. It reads one command a line from the standard input and
 * answers each with one line, "ok name=value …" or "error …"; in between it says "event …" for what happens by itself. It ends
 * with its input. Numbers are decimal or 0x…; bytes are hexadecimal, "-" for none.
 *
 *   device                                             the device, the GID index used, port MTU
 *   region NAME LENGTH [rwa]                           registers memory of zeros; the peer may read, write, do atomics
 *   deregister NAME                                    the memory stays
 *   get NAME OFFSET LENGTH        put NAME OFFSET HEX  memory, directly
 *   crc NAME OFFSET LENGTH                             CRC-32 (zlib's) of memory
 *   save NAME FILE                                     all of the memory to a file
 *   qp rc|uc [RECEIVES]                                a queue pair in RESET, receives posted later are re-posted as they are used
 *   connect QPN ADDRESS REMOTE-QPN RECEIVE-PSN SEND-PSN MTU ATOMICS    by hand, to RTS
 *   receives QPN COUNT                                 posts so many, and re-posts as they are used
 *   state QPN                     destroy QPN
 *   write QPN ADDRESS RKEY HEX [IMMEDIATE]             posts, waits for the completion, says its status
 *   read QPN ADDRESS RKEY LENGTH                       says the bytes too
 *   fadd QPN ADDRESS RKEY ADDEND  cas QPN ADDRESS RKEY COMPARE SWAP    say the old value too
 *   send QPN HEX [IMMEDIATE]
 *   burst QPN ADDRESS RKEY LENGTH COUNT                COUNT writes of LENGTH bytes, one after the other in memory, in chains of 32
 *   listen PORT [RECEIVES [HEX [reject]]]              rdma_cm: accepts (or rejects) every request with this private data
 *   dial ADDRESS PORT [HEX [RESPONDER INITIATOR RETRIES RNR-RETRIES]]   rdma_cm: connects with this private data
 *   hang-up QPN                                        rdma_disconnect
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <infiniband/verbs.h>
#include <inttypes.h>
#include <poll.h>
#include <rdma/rdma_cma.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { REGIONS = 32, PAIRS = 64, QUEUE = 1024, SCRATCH = 1 << 20, CHAIN = 32, LINE = 1 << 17, SECONDS = 20, DATA = 256 };

struct region { char name[32]; unsigned char *bytes; size_t length; struct ibv_mr *mr; };
struct pair { struct ibv_qp *qp; struct rdma_cm_id *id; int uc, receives; };

static struct ibv_context *context;
static struct ibv_pd *pd;
static struct ibv_cq *cq;
static struct rdma_event_channel *channel;
static struct rdma_cm_id *listener;
static int gid_index;
static struct region regions[REGIONS];
static struct pair pairs[PAIRS];
static unsigned char *scratch;
static struct ibv_mr *scratch_mr;
static int listen_receives, listen_rejects;
static unsigned char listen_data[DATA];
static int listen_data_length;
static char line[LINE];

static void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
  fflush(stdout);
}

static void failed(const char *what) { say("error %s: %s", what, strerror(errno)); }

static void die(const char *what) {
  failed(what);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int unhex(const char *text, unsigned char *to, int limit) {
  int length = 0;
  if (!text || !strcmp(text, "-")) return 0;
  for (; text[0] && text[1] && length < limit; text += 2) {
    unsigned value;
    if (sscanf(text, "%2x", &value) != 1) return -1;
    to[length++] = value;
  }
  return *text ? -1 : length;
}

static void print_hex(const unsigned char *bytes, size_t length) {
  if (length == 0) putchar('-');
  for (size_t i = 0; i < length; i++) printf("%02x", bytes[i]);
}

static struct region *find_region(const char *name) {
  for (int i = 0; name && i < REGIONS; i++)
    if (regions[i].bytes && !strcmp(regions[i].name, name)) return &regions[i];
  errno = ENOENT;
  return 0;
}

static struct pair *find_pair(uint32_t number) {
  for (int i = 0; i < PAIRS; i++)
    if (pairs[i].qp && pairs[i].qp->qp_num == number) return &pairs[i];
  errno = ENOENT;
  return 0;
}


/* The GID of RoCEv2 over IPv4: ::ffff:a.b.c.d of that type. */
static int roce_v2_ipv4_gid(void) {
  for (int i = 0; i < 16; i++) {
    struct ibv_gid_entry entry;
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (!ibv_query_gid_ex(context, 1, i, &entry, 0) && entry.gid_type == IBV_GID_TYPE_ROCE_V2 && !memcmp(entry.gid.raw, mapped, 12)) return i;
  }
  errno = ENOENT;
  die("no RoCEv2 GID over IPv4");
  return 0;
}

static void open_device(void) {
  int devices;
  struct ibv_context **contexts = rdma_get_devices(&devices); /* rdma_cm's own, so that its queue pairs may use our memory */
  if (!contexts || devices == 0) die("no RDMA device");
  context = contexts[0];
  gid_index = roce_v2_ipv4_gid();
  if (!(pd = ibv_alloc_pd(context))) die("ibv_alloc_pd");
  if (!(cq = ibv_create_cq(context, 8 * QUEUE, 0, 0, 0))) die("ibv_create_cq");
  scratch = aligned_alloc(4096, SCRATCH);
  memset(scratch, 0, SCRATCH);
  if (!(scratch_mr = ibv_reg_mr(pd, scratch, SCRATCH, IBV_ACCESS_LOCAL_WRITE))) die("ibv_reg_mr");
  if (!(channel = rdma_create_event_channel())) die("rdma_create_event_channel");
  fcntl(context->async_fd, F_SETFL, fcntl(context->async_fd, F_GETFL) | O_NONBLOCK);
  fcntl(channel->fd, F_SETFL, fcntl(channel->fd, F_GETFL) | O_NONBLOCK);
}

static struct ibv_qp_init_attr qp_attributes(int uc) {
  struct ibv_qp_init_attr a = {.send_cq = cq, .recv_cq = cq, .qp_type = uc ? IBV_QPT_UC : IBV_QPT_RC};
  a.cap.max_send_wr = QUEUE;
  a.cap.max_recv_wr = QUEUE;
  a.cap.max_send_sge = a.cap.max_recv_sge = 1;
  return a;
}

/* A receive that holds no more than an immediate, or a small SEND. The work request id is the queue pair's number. */
static int post_receive(struct pair *pair, int count) {
  for (int i = 0; i < count; i++) {
    struct ibv_sge sge = {(uintptr_t)(scratch + SCRATCH - 4096), 4096, scratch_mr->lkey};
    struct ibv_recv_wr wr = {.wr_id = (uint64_t)1 << 63, .sg_list = &sge, .num_sge = 1}, *bad;
    if (ibv_post_recv(pair->qp, &wr, &bad)) return -1;
  }
  return 0;
}

static void on_completion(struct ibv_wc *wc) {
  struct pair *pair = find_pair(wc->qp_num);
  if (!(wc->wr_id >> 63)) return; /* a late one of a post that was not waited for */
  if (wc->status != IBV_WC_SUCCESS) {
    if (wc->status != IBV_WC_WR_FLUSH_ERR) say("event receive-failed qpn=0x%x status=%d", wc->qp_num, wc->status);
    return;
  }
  printf("event %s qpn=0x%x length=%u", wc->opcode == IBV_WC_RECV_RDMA_WITH_IMM ? "immediate" : "received", wc->qp_num, wc->byte_len);
  if (wc->wc_flags & IBV_WC_WITH_IMM) printf(" immediate=0x%x", ntohl(wc->imm_data));
  if (wc->opcode == IBV_WC_RECV && wc->byte_len <= 4096) {
    printf(" bytes=");
    print_hex(scratch + SCRATCH - 4096, wc->byte_len);
  }
  say("");
  if (pair && pair->receives) post_receive(pair, 1);
}

static void poll_completions(void) {
  struct ibv_wc wc;
  while (ibv_poll_cq(cq, 1, &wc) > 0) on_completion(&wc);
}

/* Waits for the completion of a work request of ours; its status, or -1. */
static int await(uint64_t id) {
  struct ibv_wc wc;
  for (double end = now() + SECONDS; now() < end;)
    while (ibv_poll_cq(cq, 1, &wc) > 0) {
      if (wc.wr_id == id) return wc.status;
      on_completion(&wc);
    }
  errno = ETIMEDOUT;
  return -1;
}

static int post_and_await(struct pair *pair, struct ibv_send_wr *wr, int length) {
  static uint64_t ids = 1;
  struct ibv_sge sge = {(uintptr_t)scratch, length, scratch_mr->lkey};
  struct ibv_send_wr *bad;
  wr->wr_id = ids++;
  wr->sg_list = &sge;
  wr->num_sge = length > 0;
  wr->send_flags = IBV_SEND_SIGNALED;
  if ((errno = ibv_post_send(pair->qp, wr, &bad))) return -1;
  return await(wr->wr_id);
}

static int to_rts(struct pair *pair, const char *address, uint32_t remote, uint32_t receive_psn, uint32_t send_psn, int mtu, int atomics) {
  struct ibv_qp_attr a = {.qp_state = IBV_QPS_INIT, .port_num = 1};
  a.qp_access_flags = IBV_ACCESS_REMOTE_WRITE | (pair->uc ? 0 : IBV_ACCESS_REMOTE_READ | IBV_ACCESS_REMOTE_ATOMIC);
  if (ibv_modify_qp(pair->qp, &a, IBV_QP_STATE | IBV_QP_PKEY_INDEX | IBV_QP_PORT | IBV_QP_ACCESS_FLAGS)) return -1;
  memset(&a, 0, sizeof a);
  a.qp_state = IBV_QPS_RTR;
  a.path_mtu = mtu == 256 ? IBV_MTU_256 : mtu == 512 ? IBV_MTU_512 : mtu == 2048 ? IBV_MTU_2048 : mtu == 4096 ? IBV_MTU_4096 : IBV_MTU_1024;
  a.dest_qp_num = remote;
  a.rq_psn = receive_psn;
  a.ah_attr.is_global = 1;
  a.ah_attr.port_num = 1;
  a.ah_attr.grh.sgid_index = gid_index;
  a.ah_attr.grh.hop_limit = 64;
  a.ah_attr.grh.dgid.raw[10] = a.ah_attr.grh.dgid.raw[11] = 0xff;
  if (inet_pton(AF_INET, address, a.ah_attr.grh.dgid.raw + 12) != 1) return errno = EINVAL, -1;
  a.max_dest_rd_atomic = atomics;
  a.min_rnr_timer = 12;
  if (ibv_modify_qp(pair->qp, &a,
                    IBV_QP_STATE | IBV_QP_AV | IBV_QP_PATH_MTU | IBV_QP_DEST_QPN | IBV_QP_RQ_PSN |
                        (pair->uc ? 0 : IBV_QP_MAX_DEST_RD_ATOMIC | IBV_QP_MIN_RNR_TIMER)))
    return -1;
  memset(&a, 0, sizeof a);
  a.qp_state = IBV_QPS_RTS;
  a.sq_psn = send_psn;
  a.timeout = 14;
  a.retry_cnt = 7;
  a.rnr_retry = 7;
  a.max_rd_atomic = 16;
  if (ibv_modify_qp(pair->qp, &a,
                    IBV_QP_STATE | IBV_QP_SQ_PSN |
                        (pair->uc ? 0 : IBV_QP_TIMEOUT | IBV_QP_RETRY_CNT | IBV_QP_RNR_RETRY | IBV_QP_MAX_QP_RD_ATOMIC)))
    return -1;
  return post_receive(pair, pair->receives);
}

static const char *state_name(struct pair *pair) {
  static const char *const names[] = {"RESET", "INIT", "RTR", "RTS", "SQD", "SQE", "ERR", "UNKNOWN"};
  struct ibv_qp_attr a;
  struct ibv_qp_init_attr init;
  if (ibv_query_qp(pair->qp, &a, IBV_QP_STATE, &init)) return "UNKNOWN";
  return names[a.qp_state];
}

static void drop(struct pair *pair) {
  if (pair->id) {
    rdma_destroy_qp(pair->id);
    rdma_destroy_id(pair->id);
  } else {
    ibv_destroy_qp(pair->qp);
  }
  memset(pair, 0, sizeof *pair);
}

/* An empty place, or that of a queue pair that failed. */
static struct pair *free_pair(void) {
  for (int i = 0; i < PAIRS; i++)
    if (!pairs[i].qp) return &pairs[i];
  for (int i = 0; i < PAIRS; i++)
    if (!strcmp(state_name(&pairs[i]), "ERR")) {
      drop(&pairs[i]);
      return &pairs[i];
    }
  errno = ENOSPC;
  return 0;
}

static void say_event(struct rdma_cm_event *event, uint32_t number) {
  printf("event %s qpn=0x%x status=%d responder=%d initiator=%d private=", rdma_event_str(event->event), number, event->status,
         event->param.conn.responder_resources, event->param.conn.initiator_depth);
  print_hex(event->param.conn.private_data, event->param.conn.private_data ? event->param.conn.private_data_len : 0);
  say("");
}

static struct pair *make_cm_pair(struct rdma_cm_id *id, int receives) {
  struct pair *pair = free_pair();
  struct ibv_qp_init_attr a = qp_attributes(0);
  if (!pair || rdma_create_qp(id, pd, &a)) return 0;
  *pair = (struct pair){id->qp, id, 0, receives};
  post_receive(pair, receives);
  return pair;
}

static void on_request(struct rdma_cm_event *event) {
  struct rdma_cm_id *id = event->id;
  struct pair *pair = listen_rejects ? 0 : make_cm_pair(id, listen_receives);
  say_event(event, pair ? pair->qp->qp_num : 0);
  if (!pair) {
    rdma_reject(id, listen_data, listen_data_length);
    return;
  }
  struct rdma_conn_param p = {.private_data = listen_data, .private_data_len = listen_data_length, .rnr_retry_count = 7};
  p.responder_resources = event->param.conn.responder_resources < 16 ? event->param.conn.responder_resources : 16;
  p.initiator_depth = event->param.conn.initiator_depth < 16 ? event->param.conn.initiator_depth : 16;
  if (rdma_accept(id, &p)) say("event accept-failed %s", strerror(errno));
}

/* The next rdma_cm event of an identifier, others being handled; -1 where it does not come. The event must be acknowledged. */
static struct rdma_cm_event *next_event(struct rdma_cm_id *of, double end) {
  do {
    struct rdma_cm_event *event;
    while (!rdma_get_cm_event(channel, &event)) {
      if (of && event->id == of) return event;
      struct pair *pair = event->id->qp ? find_pair(event->id->qp->qp_num) : 0;
      struct rdma_cm_id *leaving = 0;
      switch (event->event) {
        case RDMA_CM_EVENT_CONNECT_REQUEST:
          on_request(event);
          if (listen_rejects) leaving = event->id;
          break;
        case RDMA_CM_EVENT_DISCONNECTED:
          say_event(event, pair ? pair->qp->qp_num : 0);
          rdma_disconnect(event->id);
          break;
        default:
          say_event(event, pair ? pair->qp->qp_num : 0);
      }
      rdma_ack_cm_event(event);
      if (leaving) rdma_destroy_id(leaving);
    }
    if (of) {
      struct pollfd fd = {channel->fd, POLLIN, 0};
      poll(&fd, 1, 20);
    }
  } while (of && now() < end);
  errno = ETIMEDOUT;
  return 0;
}

static int step(struct rdma_cm_id *id, enum rdma_cm_event_type wanted, struct rdma_cm_event *copy, unsigned char *data) {
  struct rdma_cm_event *event = next_event(id, now() + SECONDS);
  if (!event) {
    failed("no rdma_cm event");
    return -1;
  }
  *copy = *event;
  copy->param.conn.private_data_len = event->param.conn.private_data ? event->param.conn.private_data_len : 0;
  memcpy(data, event->param.conn.private_data, copy->param.conn.private_data_len);
  rdma_ack_cm_event(event);
  if (copy->event == wanted) return 0;
  printf("error %s status=%d private=", rdma_event_str(copy->event), copy->status);
  print_hex(data, copy->param.conn.private_data_len);
  say("");
  return -1;
}

static void dial(char **a, int n) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(a[2]))};
  struct rdma_cm_id *id;
  struct rdma_cm_event event;
  unsigned char data[DATA], mine[DATA];
  int length = unhex(n > 3 ? a[3] : "-", mine, sizeof mine);
  if (inet_pton(AF_INET, a[1], &to.sin_addr) != 1 || length < 0) return say("error bad address or data");
  if (rdma_create_id(channel, &id, 0, RDMA_PS_TCP)) return failed("rdma_create_id");
  struct pair *pair = 0;
  struct rdma_conn_param p = {.private_data = mine, .private_data_len = length, .responder_resources = n > 4 ? atoi(a[4]) : 16,
                              .initiator_depth = n > 5 ? atoi(a[5]) : 16, .retry_count = n > 6 ? atoi(a[6]) : 7,
                              .rnr_retry_count = n > 7 ? atoi(a[7]) : 7};
  if (rdma_resolve_addr(id, 0, (struct sockaddr *)&to, 2000)) failed("rdma_resolve_addr");
  else if (step(id, RDMA_CM_EVENT_ADDR_RESOLVED, &event, data)) ;
  else if (rdma_resolve_route(id, 2000)) failed("rdma_resolve_route");
  else if (step(id, RDMA_CM_EVENT_ROUTE_RESOLVED, &event, data)) ;
  else if (!(pair = make_cm_pair(id, 0))) failed("rdma_create_qp");
  else if (rdma_connect(id, &p)) failed("rdma_connect");
  else if (!step(id, RDMA_CM_EVENT_ESTABLISHED, &event, data)) {
    printf("ok qpn=0x%x responder=%d initiator=%d private=", pair->qp->qp_num, event.param.conn.responder_resources,
           event.param.conn.initiator_depth);
    print_hex(data, event.param.conn.private_data_len);
    return say("");
  }
  if (pair) drop(pair);
  else rdma_destroy_id(id);
}

static uint32_t crc32_of(const unsigned char *bytes, size_t length) {
  uint32_t crc = ~0u;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
  }
  return ~crc;
}

static void make_region(char **a, int n) {
  const char *access = n > 3 ? a[3] : "rwa";
  int flags = IBV_ACCESS_LOCAL_WRITE | (strchr(access, 'w') ? IBV_ACCESS_REMOTE_WRITE : 0) |
              (strchr(access, 'r') ? IBV_ACCESS_REMOTE_READ : 0) | (strchr(access, 'a') ? IBV_ACCESS_REMOTE_ATOMIC : 0);
  struct region *region = find_region(a[1]);
  size_t length = strtoull(a[2], 0, 0);
  if (region && region->mr) return say("error %s is registered", a[1]);
  if (!region)
    for (int i = 0; i < REGIONS && !region; i++)
      if (!regions[i].bytes) region = &regions[i];
  if (!region) return say("error no room");
  if (region->bytes && region->length != length) return say("error %s has %zu bytes", a[1], region->length);
  if (!region->bytes) {
    region->bytes = mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (region->bytes == MAP_FAILED) die("mmap");
    region->length = length;
    snprintf(region->name, sizeof region->name, "%s", a[1]);
  }
  if (!(region->mr = ibv_reg_mr(pd, region->bytes, length, flags))) return failed("ibv_reg_mr");
  say("ok address=0x%" PRIx64 " rkey=0x%x length=%zu", (uint64_t)(uintptr_t)region->bytes, region->mr->rkey, length);
}

static void burst(struct pair *pair, uint64_t address, uint32_t rkey, int length, int count) {
  static struct ibv_send_wr chain[CHAIN];
  static struct ibv_sge sges[CHAIN];
  if (length < 1 || length > 4096) return say("error length");
  for (int done = 0; done < count;) {
    int n = count - done < CHAIN ? count - done : CHAIN;
    for (int i = 0; i < n; i++) {
      unsigned char *bytes = scratch + i * 4096;
      for (int b = 0; b < length; b++) bytes[b] = (done + i) * 31 + b;
      sges[i] = (struct ibv_sge){(uintptr_t)bytes, length, scratch_mr->lkey};
      chain[i] = (struct ibv_send_wr){.wr_id = ((uint64_t)1 << 62) + i, .next = i + 1 < n ? &chain[i + 1] : 0, .sg_list = &sges[i],
                                      .num_sge = 1, .opcode = IBV_WR_RDMA_WRITE, .send_flags = i + 1 < n ? 0 : IBV_SEND_SIGNALED};
      chain[i].wr.rdma.remote_addr = address + (uint64_t)(done + i) * length;
      chain[i].wr.rdma.rkey = rkey;
    }
    struct ibv_send_wr *bad;
    if ((errno = ibv_post_send(pair->qp, chain, &bad))) return failed("ibv_post_send");
    int status = await(((uint64_t)1 << 62) + n - 1);
    if (status) return say("ok status=%d done=%d", status, done);
    done += n;
  }
  say("ok status=0 done=%d", count);
}

static void post(const char *verb, struct pair *pair, char **a, int n) {
  struct ibv_send_wr wr = {0};
  uint64_t address = n > 2 ? strtoull(a[2], 0, 0) : 0;
  uint32_t rkey = n > 3 ? strtoull(a[3], 0, 0) : 0;
  int length = 8, status;
  wr.wr.rdma.remote_addr = address;
  wr.wr.rdma.rkey = rkey;
  if (!strcmp(verb, "write") || !strcmp(verb, "send")) {
    int first = verb[0] == 'w' ? 4 : 2;
    length = unhex(a[first], scratch, SCRATCH / 2);
    if (length < 0) return say("error bad bytes");
    int with_immediate = n > first + 1;
    if (with_immediate) wr.imm_data = htonl(strtoul(a[first + 1], 0, 0));
    wr.opcode = verb[0] == 'w' ? (with_immediate ? IBV_WR_RDMA_WRITE_WITH_IMM : IBV_WR_RDMA_WRITE)
                               : (with_immediate ? IBV_WR_SEND_WITH_IMM : IBV_WR_SEND);
  } else if (!strcmp(verb, "read")) {
    length = strtoul(a[4], 0, 0);
    if (length < 0 || length > SCRATCH / 2) return say("error bad length");
    wr.opcode = IBV_WR_RDMA_READ;
  } else {
    int compare = verb[0] == 'c';
    wr.opcode = compare ? IBV_WR_ATOMIC_CMP_AND_SWP : IBV_WR_ATOMIC_FETCH_AND_ADD;
    wr.wr.atomic.remote_addr = address;
    wr.wr.atomic.compare_add = strtoull(a[4], 0, 0);
    wr.wr.atomic.swap = compare ? strtoull(a[5], 0, 0) : 0;
    wr.wr.atomic.rkey = rkey;
  }
  if ((status = post_and_await(pair, &wr, length)) < 0) return failed("no completion");
  printf("ok status=%d", status);
  if (status == 0 && wr.opcode == IBV_WR_RDMA_READ) {
    printf(" bytes=");
    print_hex(scratch, length);
  } else if (status == 0 && wr.opcode >= IBV_WR_ATOMIC_CMP_AND_SWP) {
    uint64_t old;
    memcpy(&old, scratch, 8);
    printf(" old=%" PRIu64, old);
  }
  say("");
}

static int needs(int n, int wanted) {
  if (n > wanted) return 0;
  say("error too few arguments");
  return 1;
}

static void on_qp_command(char **a, int n) {
  static const struct { const char *verb; int arguments; } verbs[] = {{"connect", 7}, {"state", 1}, {"destroy", 1}, {"hang-up", 1},
      {"receives", 2},
      {"burst", 5}, {"write", 4}, {"send", 2}, {"read", 4}, {"fadd", 4}, {"cas", 5}};
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
    if (strcmp(a[0], verbs[i].verb)) continue;
    if (needs(n, verbs[i].arguments)) return;
    struct pair *pair = find_pair(strtoul(a[1], 0, 0));
    if (!pair) return say("error no queue pair %s", a[1]);
    if (!strcmp(a[0], "connect")) {
      if (to_rts(pair, a[2], strtoul(a[3], 0, 0), strtoul(a[4], 0, 0), strtoul(a[5], 0, 0), atoi(a[6]), atoi(a[7]))) return failed("connect");
      say("ok");
    } else if (!strcmp(a[0], "state")) say("ok state=%s", state_name(pair));
    else if (!strcmp(a[0], "receives")) {
      pair->receives = atoi(a[2]);
      if (post_receive(pair, pair->receives)) return failed("ibv_post_recv");
      say("ok");
    } else if (!strcmp(a[0], "destroy")) drop(pair), say("ok");
    else if (!strcmp(a[0], "hang-up")) {
      if (!pair->id || rdma_disconnect(pair->id)) return failed("rdma_disconnect");
      say("ok");
    } else if (!strcmp(a[0], "burst")) burst(pair, strtoull(a[2], 0, 0), strtoul(a[3], 0, 0), atoi(a[4]), atoi(a[5]));
    else post(a[0], pair, a, n);
    return;
  }
  say("error unknown command %s", a[0]);
}

static void start_listening(char **a, int n) {
  struct sockaddr_in on = {.sin_family = AF_INET, .sin_port = htons(atoi(a[1]))};
  if (listener) rdma_destroy_id(listener), listener = 0;
  listen_receives = n > 2 ? atoi(a[2]) : 0;
  listen_data_length = unhex(n > 3 ? a[3] : "-", listen_data, sizeof listen_data);
  listen_rejects = n > 4 && !strcmp(a[4], "reject");
  if (listen_data_length < 0) return say("error bad data");
  if (rdma_create_id(channel, &listener, 0, RDMA_PS_TCP) || rdma_bind_addr(listener, (struct sockaddr *)&on) || rdma_listen(listener, 64))
    return failed("listen");
  say("ok port=%d", ntohs(rdma_get_src_port(listener)));
}

static void on_memory_command(char **a, int n) {
  if (needs(n, !strcmp(a[0], "deregister") ? 1 : !strcmp(a[0], "save") ? 2 : 3)) return;
  struct region *region = find_region(a[1]);
  if (!region) return say("error no region %s", a[1]);
  if (!strcmp(a[0], "deregister")) {
    if (!region->mr || ibv_dereg_mr(region->mr)) return failed("ibv_dereg_mr");
    region->mr = 0;
    return say("ok");
  }
  if (!strcmp(a[0], "save")) {
    FILE *file = fopen(a[2], "w");
    if (!file || fwrite(region->bytes, 1, region->length, file) != region->length || fclose(file)) return failed(a[2]);
    return say("ok");
  }
  size_t offset = strtoull(a[2], 0, 0), length = strtoull(a[3], 0, 0);
  if (!strcmp(a[0], "put")) {
    static unsigned char bytes[LINE];
    int count = unhex(a[3], bytes, sizeof bytes);
    if (count < 0 || offset + count > region->length) return say("error out of bounds");
    memcpy(region->bytes + offset, bytes, count);
    return say("ok");
  }
  if (offset > region->length || length > region->length - offset) return say("error out of bounds");
  if (!strcmp(a[0], "crc")) return say("ok crc=0x%08x", crc32_of(region->bytes + offset, length));
  printf("ok bytes=");
  print_hex(region->bytes + offset, length);
  say("");
}

static void on_command(char *text) {
  char *a[16] = {0}, *save = 0;
  int n = 0;
  for (char *word = strtok_r(text, " \r\n", &save); word && n < 15; word = strtok_r(0, " \r\n", &save)) a[n++] = word;
  if (n == 0) return;
  if (!strcmp(a[0], "device")) {
    struct ibv_port_attr port;
    if (ibv_query_port(context, 1, &port)) return failed("ibv_query_port");
    say("ok name=%s gid=%d mtu=%d", ibv_get_device_name(context->device), gid_index, 128 << port.active_mtu);
  } else if (!strcmp(a[0], "region")) {
    if (!needs(n, 2)) make_region(a, n);
  } else if (!strcmp(a[0], "deregister") || !strcmp(a[0], "get") || !strcmp(a[0], "put") || !strcmp(a[0], "crc") ||
             !strcmp(a[0], "save")) {
    on_memory_command(a, n);
  } else if (!strcmp(a[0], "qp")) {
    if (needs(n, 1)) return;
    struct pair *pair = free_pair();
    struct ibv_qp_init_attr attributes = qp_attributes(!strcmp(a[1], "uc"));
    struct ibv_qp *qp = pair ? ibv_create_qp(pd, &attributes) : 0;
    if (!qp) return failed("ibv_create_qp");
    *pair = (struct pair){qp, 0, !strcmp(a[1], "uc"), n > 2 ? atoi(a[2]) : 0};
    say("ok qpn=0x%x", qp->qp_num);
  } else if (!strcmp(a[0], "listen")) {
    if (!needs(n, 1)) start_listening(a, n);
  } else if (!strcmp(a[0], "dial")) {
    if (!needs(n, 2)) dial(a, n);
  } else {
    on_qp_command(a, n);
  }
}

static void poll_async(void) {
  struct ibv_async_event event;
  while (!ibv_get_async_event(context, &event)) {
    say("event async name=%s", ibv_event_type_str(event.event_type));
    ibv_ack_async_event(&event);
  }
}

int main(void) {
  open_device();
  say("event ready");
  for (size_t length = 0;;) {
    poll_completions();
    poll_async();
    next_event(0, 0);
    struct pollfd fds[] = {{0, POLLIN, 0}, {channel->fd, POLLIN, 0}, {context->async_fd, POLLIN, 0}};
    if (poll(fds, 3, 2) <= 0 || !fds[0].revents) continue;
    ssize_t n = read(0, line + length, sizeof line - 1 - length);
    if (n <= 0) return 0;
    length += n;
    line[length] = 0;
    for (char *end; (end = strchr(line, '\n'));) {
      *end = 0;
      size_t taken = end + 1 - line;
      on_command(line);
      memmove(line, line + taken, length - taken + 1);
      length -= taken;
    }
    if (length == sizeof line - 1) length = 0, say("error line too long");
  }
}
