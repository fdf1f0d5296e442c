package io.dta.softroce;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of a document: what its {@code console} blocks have after a prompt. */
final class Page {
  private static final Pattern PROMPT = Pattern.compile("(\\w*[$#]) (.*)");
  private static final Pattern NUMBER = Pattern.compile("[0-9][0-9,.]*");
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final String REST = "…";

  private final List<String> lines;

  /**
   * A command.
   *
   * @param prompt where it is run, such as {@code $} or {@code collector#}
   * @param prints the lines that follow it
   */
  record Command(String prompt, String text, List<String> prints) {
    /** The first of its lines that is not among those that were printed, or null. */
    String missing(List<String> printed) {
      List<String> found = printed.stream().map(Page::figuresAside).toList();
      for (String line : prints) {
        String wanted = figuresAside(line);
        boolean there =
            wanted.endsWith(REST)
                ? found.stream().anyMatch(f -> f.startsWith(wanted.replace(REST, "")))
                : found.contains(wanted);
        if (!there) {
          return line;
        }
      }
      return null;
    }
  }

  private Page(List<String> lines) {
    this.lines = lines;
  }

  static Page read(Path file) throws IOException {
    return new Page(Files.readAllLines(file));
  }

  /** What is compared: other runs have other figures, and columns of another width. */
  private static String figuresAside(String line) {
    String masked = NUMBER.matcher(line).replaceAll("#");
    return SPACES.matcher(masked).replaceAll(" ").strip();
  }

  /** The commands of a section, in their order. */
  List<Command> commands(String heading) {
    List<Command> commands = new ArrayList<>();
    int from = lines.indexOf("## " + heading);
    boolean console = false;
    for (int i = from + 1; from >= 0 && i < lines.size() && !lines.get(i).startsWith("## "); i++) {
      String line = lines.get(i);
      if (line.startsWith("```")) {
        console = line.equals("```console");
        continue;
      }
      Matcher prompt = PROMPT.matcher(line);
      if (console && prompt.matches()) {
        commands.add(new Command(prompt.group(1), prompt.group(2), new ArrayList<>()));
      } else if (console) {
        commands.getLast().prints().add(line);
      }
    }
    return commands;
  }
}
