package io.dta.rdma.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.provider.WorkCompletionStatus;
import io.dta.rdma.provider.WorkRequestLayout;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The offsets that we use are those of the headers: {@code rdma-core-44-offsets.txt} is what {@code
 * offsets.c} printed with rdma-core 44, and is made anew where headers and a compiler are there.
 */
class VerbsLayoutTest {
  private static Map<String, Long> parse(String text) {
    Map<String, Long> values = new HashMap<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 2);
      values.put(words[0].replace('.', '_').toLowerCase(Locale.ROOT), Long.parseLong(words[1]));
    }
    return values;
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = VerbsLayoutTest.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What our constants say, under the names of the C program. */
  private static Map<String, Long> ours() throws ReflectiveOperationException {
    Map<String, Long> values = new TreeMap<>();
    for (Class<?> structure : VerbsLayout.class.getDeclaredClasses()) {
      Field struct = structure.getDeclaredField("STRUCT");
      String prefix = (String) struct.get(null);
      for (Field field : structure.getDeclaredFields()) {
        if (field.getType() == int.class) {
          String name = field.getName().toLowerCase(Locale.ROOT);
          String full =
              prefix.isEmpty() ? name : name.equals("size") ? prefix : prefix + "_" + name;
          values.put(full, (long) field.getInt(null));
        }
      }
    }
    return values;
  }

  @Test
  void shouldLayStructuresOutAsTheHeadersDo() throws Exception {
    Map<String, Long> theirs = parse(resource("rdma-core-44-offsets.txt"));
    Map<String, Long> ours = ours();
    assertTrue(ours.size() > 120, "only " + ours.size() + " constants found");
    ours.forEach((name, value) -> assertEquals(theirs.get(name), value, name));
  }

  @Test
  void shouldLayWorkRequestsOutAsTheHeadersDo() throws Exception {
    Map<String, Long> theirs = parse(resource("rdma-core-44-offsets.txt"));
    Map<String, Integer> ours = new HashMap<>();
    ours.put("ibv_send_wr", WorkRequestLayout.WORK_REQUEST_LENGTH);
    ours.put("ibv_send_wr_wr_id", WorkRequestLayout.WORK_REQUEST_ID);
    ours.put("ibv_send_wr_next", WorkRequestLayout.NEXT);
    ours.put("ibv_send_wr_sg_list", WorkRequestLayout.SCATTER_GATHER_LIST);
    ours.put("ibv_send_wr_num_sge", WorkRequestLayout.SCATTER_GATHER_COUNT);
    ours.put("ibv_send_wr_opcode", WorkRequestLayout.OPCODE);
    ours.put("ibv_send_wr_send_flags", WorkRequestLayout.FLAGS);
    ours.put("ibv_send_wr_imm_data", WorkRequestLayout.IMMEDIATE);
    ours.put("ibv_send_wr_wr_rdma_remote_addr", WorkRequestLayout.REMOTE_ADDRESS);
    ours.put("ibv_send_wr_wr_rdma_rkey", WorkRequestLayout.WRITE_KEY);
    ours.put("ibv_send_wr_wr_atomic_remote_addr", WorkRequestLayout.REMOTE_ADDRESS);
    ours.put("ibv_send_wr_wr_atomic_compare_add", WorkRequestLayout.ATOMIC_ADDEND);
    ours.put("ibv_send_wr_wr_atomic_swap", WorkRequestLayout.ATOMIC_SWAP);
    ours.put("ibv_send_wr_wr_atomic_rkey", WorkRequestLayout.ATOMIC_KEY);
    ours.put("ibv_sge", WorkRequestLayout.ELEMENT_LENGTH);
    ours.put("ibv_sge_length", WorkRequestLayout.ELEMENT_LENGTH_FIELD);
    ours.put("ibv_sge_lkey", WorkRequestLayout.ELEMENT_KEY);
    ours.put("ibv_wr_rdma_write", WorkRequestLayout.OPCODE_WRITE);
    ours.put("ibv_wr_rdma_write_with_imm", WorkRequestLayout.OPCODE_WRITE_IMMEDIATE);
    ours.put("ibv_wr_atomic_fetch_and_add", WorkRequestLayout.OPCODE_FETCH_ADD);
    ours.put("ibv_send_signaled", WorkRequestLayout.FLAG_SIGNALED);
    ours.put("ibv_send_solicited", WorkRequestLayout.FLAG_SOLICITED);
    ours.put("ibv_send_inline", WorkRequestLayout.FLAG_INLINE);
    ours.put("ibv_wc_success", WorkCompletionStatus.SUCCESS);
    ours.put("ibv_wc_wr_flush_err", WorkCompletionStatus.FLUSHED);
    ours.put("ibv_wc_rem_inv_req_err", WorkCompletionStatus.REMOTE_INVALID_REQUEST);
    ours.put("ibv_wc_rem_access_err", WorkCompletionStatus.REMOTE_ACCESS_ERROR);
    ours.put("ibv_wc_rem_op_err", WorkCompletionStatus.REMOTE_OPERATIONAL_ERROR);
    ours.put("ibv_wc_retry_exc_err", WorkCompletionStatus.RETRY_EXCEEDED);
    ours.put("ibv_wc_rnr_retry_exc_err", WorkCompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED);
    ours.forEach((name, value) -> assertEquals(theirs.get(name), (long) value, name));
  }

  @Test
  void shouldAgreeWithTheHeadersOfThisHost(@TempDir Path directory) throws Exception {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/usr/include/rdma/rdma_cma.h"))
            && Files.isExecutable(Path.of("/usr/bin/gcc")),
        "gcc, libibverbs-dev or librdmacm-dev is not installed");
    Path source = directory.resolve("offsets.c");
    Files.writeString(source, resource("offsets.c"));
    Path program = directory.resolve("offsets");
    run(directory, List.of("gcc", "-o", program.toString(), source.toString()));
    Map<String, Long> theirs = parse(run(directory, List.of(program.toString())));
    ours().forEach((name, value) -> assertEquals(theirs.get(name), value, name));
  }

  private static String run(Path directory, List<String> command) throws Exception {
    Path output = directory.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int exit = process.waitFor();
    String text = Files.readString(output);
    assertEquals(0, exit, text);
    return text;
  }
}
