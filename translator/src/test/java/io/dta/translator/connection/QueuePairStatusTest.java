package io.dta.translator.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dta.rdma.QueuePairState;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RemoteRegion;
import io.dta.rdma.local.LocalQueuePair;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class QueuePairStatusTest {
  private static final Logger LOGGER = Logger.getLogger(QueuePairStatus.class.getName());

  private final List<String> messages = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord message) {
          messages.add(MessageFormat.format(message.getMessage(), message.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @Test
  void shouldSayOnceWhyAQueuePairWentDown() {
    LOGGER.addHandler(handler);
    LOGGER.setUseParentHandlers(false);
    try {
      QueuePairStatus status = new QueuePairStatus("http://127.0.0.1:8040", 3);
      RdmaQueuePair queuePair =
          status
              .observe(listener -> new LocalQueuePair(region -> null, listener))
              .connect((id, result) -> {});
      status.refresh();
      assertEquals(QueuePairState.READY_TO_SEND, status.state());
      assertEquals(List.of(), messages);

      queuePair.write(new RemoteRegion(0, 1, 64), 0, new UnsafeBuffer(new byte[8]), 0, 8, 1);
      status.refresh();
      status.refresh();
      assertEquals(QueuePairState.ERROR, status.state());
      assertEquals(1, messages.size());
      String message = messages.getFirst();
      assertTrue(message.contains("shard 3 to collector http://127.0.0.1:8040"), message);
      assertTrue(message.contains("refused 1 operations"), message);

      queuePair.close();
      status.refresh();
      assertEquals(QueuePairState.RESET, status.state());
      assertEquals(1, messages.size());
    } finally {
      LOGGER.removeHandler(handler);
      LOGGER.setUseParentHandlers(true);
    }
  }
}
