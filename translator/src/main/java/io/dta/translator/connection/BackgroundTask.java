package io.dta.translator.connection;

import io.dta.rdma.ConnectionException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Something that blocks, such as a request over HTTP, on a thread of its own; the thread that wants
 * the result looks whether it is there.
 */
final class BackgroundTask<T> {
  private final Consumer<T> unwanted;
  private T result;
  private Exception failure;
  private boolean abandoned;

  private BackgroundTask(Consumer<T> unwanted) {
    this.unwanted = unwanted;
  }

  /**
   * Starts a task.
   *
   * @param unwanted gets a result that comes after {@link #abandon}, on the task's thread
   */
  static <T> BackgroundTask<T> start(Callable<T> work, Consumer<T> unwanted) {
    BackgroundTask<T> task = new BackgroundTask<>(unwanted);
    Thread.ofVirtual().name("translator-connecting").start(() -> task.run(work));
    return task;
  }

  private void run(Callable<T> work) {
    T value = null;
    Exception exception = null;
    try {
      value = work.call();
    } catch (Exception e) {
      exception = e;
    }
    if (!end(value, exception) && value != null) {
      unwanted.accept(value);
    }
  }

  private synchronized boolean end(T value, Exception exception) {
    result = value;
    failure = exception;
    return !abandoned;
  }

  /**
   * The result; null while there is none.
   *
   * @throws ConnectionException where the task failed, with its message
   */
  synchronized T poll() throws ConnectionException {
    if (failure != null) {
      throw new ConnectionException(message(failure), failure);
    }
    return result;
  }

  private static String message(Exception failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /**
   * The result is not wanted any more.
   *
   * @return the result, where there is one already
   */
  synchronized T abandon() {
    abandoned = true;
    return result;
  }
}
