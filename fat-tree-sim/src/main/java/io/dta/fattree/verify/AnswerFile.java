package io.dta.fattree.verify;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Every answer beside the truth, as CSV. Nothing in it holds commas or quotes. */
public final class AnswerFile implements AnswerListener, Closeable {
  public static final String NAME = "answers.csv";

  private final BufferedWriter out;

  /** Begins the file in a directory, which there must be. */
  public AnswerFile(Path directory) throws IOException {
    out = Files.newBufferedWriter(directory.resolve(NAME));
    out.write("store,what,key,truth,answer,verdict\n");
  }

  @Override
  public void onAnswer(
      String store, String what, String key, Object truth, Object answer, Verdict verdict)
      throws IOException {
    out.append(store)
        .append(',')
        .append(what)
        .append(',')
        .append(key)
        .append(',')
        .append(String.valueOf(truth))
        .append(',')
        .append(String.valueOf(answer))
        .append(',')
        .append(verdict.label())
        .append('\n');
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
