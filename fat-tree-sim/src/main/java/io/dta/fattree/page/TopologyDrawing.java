package io.dta.fattree.page;

import static io.dta.fattree.page.Text.at;

import io.dta.fattree.failure.FailurePlan;
import io.dta.fattree.statistics.RunSummary;
import io.dta.fattree.topology.FatTree;
import io.dta.fattree.topology.Link;
import io.dta.fattree.topology.SwitchRole;
import io.dta.fattree.topology.Wiring;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tree with its links: color and width say how busy the busier direction was. Up to k = {@value
 * #MOST_LINKS_DRAWN} every cable is a line; beyond that cables are too many to see, and every
 * switch has the color of its busiest one.
 */
final class TopologyDrawing {
  private static final int MOST_LINKS_DRAWN = 16;
  private static final double WIDTH = 960;
  private static final double LEFT = 84;
  private static final double CELL_HEIGHT = 8;
  private static final double BLOCK_GAP = 16;
  private static final double MARGIN = 12;
  private static final double[] ROWS = {34, 170, 306, 372};
  private static final double HEIGHT = 396;
  private static final double[] LEVELS = {0.05, 0.2, 0.4, 0.6, 0.8};

  private final FatTree tree;
  private final Wiring wiring;
  private final List<RunSummary.LinkLoad> loads;
  private final Set<Link> failedLinks = new HashSet<>();
  private final Set<Integer> failedSwitches = new HashSet<>();

  TopologyDrawing(FatTree tree, List<RunSummary.LinkLoad> loads, FailurePlan failures) {
    this.tree = tree;
    this.loads = loads;
    wiring = new Wiring(tree);
    for (FailurePlan.Change change : failures.changes()) {
      if (!change.up() && change.link() != null) {
        failedLinks.add(change.link());
      } else if (!change.up()) {
        failedSwitches.add(change.switchId());
      }
    }
  }

  /** Whether every cable is a line. */
  static boolean drawsLinks(int k) {
    return k <= MOST_LINKS_DRAWN;
  }

  /** The color's number of a utilization, from 0. */
  static int level(double utilization) {
    int level = 0;
    while (level < LEVELS.length && utilization >= LEVELS[level]) {
      level++;
    }
    return level;
  }

  private double x(int switchId) {
    SwitchRole role = tree.role(switchId);
    int count = role == SwitchRole.CORE ? tree.cores() : tree.edges();
    int place =
        role == SwitchRole.CORE
            ? tree.index(switchId)
            : tree.pod(switchId) * tree.half() + tree.index(switchId);
    return spread(place, count);
  }

  private static double spread(int place, int count) {
    return LEFT + MARGIN + (place + 0.5) * (WIDTH - LEFT - 2 * MARGIN) / count;
  }

  private static double y(SwitchRole role) {
    return switch (role) {
      case CORE -> ROWS[0];
      case AGGREGATION -> ROWS[1];
      case EDGE -> ROWS[2];
    };
  }

  private double busier(int port) {
    return Math.max(loads.get(port).utilization(), loads.get(wiring.peer(port)).utilization());
  }

  private record Line(Link link, double utilization, boolean failed) {}

  String svg() {
    StringBuilder svg = new StringBuilder("<div class=\"wide\"><svg class=\"tree\"");
    boolean drawn = drawsLinks(tree.k());
    svg.append(" viewBox=\"0 0 %s %s\"".formatted(at(WIDTH), at(drawn ? HEIGHT : blocksHeight())));
    svg.append(" role=\"img\" aria-label=\"The fat tree and the load of its links\">\n");
    if (drawn) {
      String[] names = {"core", "aggregation", "edge", "hosts"};
      for (int row = 0; row < names.length; row++) {
        label(svg, names[row], ROWS[row] + 4);
      }
      lines(svg);
      hosts(svg);
      switches(svg);
    } else {
      blocks(svg);
    }
    return svg.append("</svg></div>\n").append(legend()).toString();
  }

  private static void label(StringBuilder svg, String name, double height) {
    svg.append("<text class=\"tick\" x=\"0\" y=\"%s\">%s</text>\n".formatted(at(height), name));
  }

  private double blocksHeight() {
    int rows = (tree.cores() + tree.pods() - 1) / tree.pods() + 2 * tree.half();
    return rows * CELL_HEIGHT + 2 * BLOCK_GAP + 2;
  }

  /** A cell a switch: a column a pod, and the core in as many columns. */
  private void blocks(StringBuilder svg) {
    int coreRows = (tree.cores() + tree.pods() - 1) / tree.pods();
    double coreTop = 1;
    double aggregationTop = coreTop + coreRows * CELL_HEIGHT + BLOCK_GAP;
    double edgeTop = aggregationTop + tree.half() * CELL_HEIGHT + BLOCK_GAP;
    label(svg, "core", coreTop + 12);
    label(svg, "aggregation", aggregationTop + 12);
    label(svg, "edge", edgeTop + 12);
    double width = (WIDTH - LEFT) / tree.pods();
    for (int switchId = 1; switchId <= tree.switches(); switchId++) {
      SwitchRole role = tree.role(switchId);
      int index = tree.index(switchId);
      boolean core = role == SwitchRole.CORE;
      int column = core ? index % tree.pods() : tree.pod(switchId);
      int row = core ? index / tree.pods() : index;
      double block =
          switch (role) {
            case CORE -> coreTop;
            case AGGREGATION -> aggregationTop;
            case EDGE -> edgeTop;
          };
      double top = block + row * CELL_HEIGHT;
      box(svg, switchId, LEFT + column * width + 0.5, top + 0.5, width - 1, CELL_HEIGHT - 1, false);
    }
  }

  private void lines(StringBuilder svg) {
    List<Line> lines = new ArrayList<>();
    for (Link link : tree.links()) {
      double utilization = busier(wiring.portTowards(link.lower(), link.upper()));
      boolean failed =
          failedLinks.contains(link)
              || failedSwitches.contains(link.lower())
              || failedSwitches.contains(link.upper());
      lines.add(new Line(link, utilization, failed));
    }
    lines.sort(Comparator.comparing(Line::failed).thenComparingDouble(Line::utilization));
    double widest = tree.k() <= 8 ? 4.5 : 2;
    for (Line line : lines) {
      int up = wiring.portTowards(line.link.lower(), line.link.upper());
      RunSummary.LinkLoad upLoad = loads.get(up);
      RunSummary.LinkLoad downLoad = loads.get(wiring.peer(up));
      svg.append(
          "<line class=\"l%d%s\" stroke-width=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\">"
              .formatted(
                  level(line.utilization),
                  line.failed ? " failed" : "",
                  at(Math.max(line.failed ? 1.8 : 0, 0.6 + widest * line.utilization)),
                  at(x(line.link.lower())),
                  at(y(tree.role(line.link.lower()))),
                  at(x(line.link.upper())),
                  at(y(tree.role(line.link.upper())))));
      svg.append(
          "<title>%s – %s: up %s, down %s, dropped %s%s</title></line>\n"
              .formatted(
                  tree.name(line.link.lower()),
                  tree.name(line.link.upper()),
                  Text.percent(upLoad.utilization()),
                  Text.percent(downLoad.utilization()),
                  Text.count(upLoad.dropped() + downLoad.dropped()),
                  line.failed ? ", failed for a time" : ""));
    }
  }

  private void hosts(StringBuilder svg) {
    double radius = tree.k() <= 8 ? 3 : 1.2;
    for (int host = 0; host < tree.hosts(); host++) {
      double utilization = busier(wiring.hostPort(host));
      double left = spread(host, tree.hosts());
      if (tree.k() <= 8) {
        svg.append(
            "<line class=\"l%d\" stroke-width=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>"
                .formatted(
                    level(utilization),
                    at(0.6 + 3 * utilization),
                    at(left),
                    at(ROWS[3]),
                    at(x(tree.edgeOfHost(host))),
                    at(ROWS[2])));
      }
      svg.append(
          "<circle class=\"n%d\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>host %d: %s</title></circle>\n"
              .formatted(
                  level(utilization),
                  at(left),
                  at(ROWS[3]),
                  at(radius),
                  host,
                  Text.percent(utilization)));
    }
  }

  private void switches(StringBuilder svg) {
    double width = Math.min(12, 0.8 * (WIDTH - LEFT - 2 * MARGIN) / tree.edges());
    double height = Math.max(width, 8);
    for (int switchId = 1; switchId <= tree.switches(); switchId++) {
      double left = x(switchId) - width / 2;
      box(svg, switchId, left, y(tree.role(switchId)) - height / 2, width, height, true);
    }
  }

  private void box(
      StringBuilder svg,
      int switchId,
      double left,
      double top,
      double width,
      double height,
      boolean plain) {
    double busiest = 0;
    long dropped = 0;
    for (int number = 0; number < tree.k(); number++) {
      int port = wiring.port(switchId, number);
      busiest = Math.max(busiest, busier(port));
      dropped += loads.get(port).dropped();
    }
    boolean failed = failedSwitches.contains(switchId);
    svg.append(
        "<rect class=\"%s%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"1.5\">"
            .formatted(
                plain ? "switch" : "n" + level(busiest),
                failed ? " failed" : "",
                at(left),
                at(top),
                at(width),
                at(height)));
    svg.append(
        "<title>%s: busiest link %s, dropped %s%s</title></rect>\n"
            .formatted(
                tree.name(switchId),
                Text.percent(busiest),
                Text.count(dropped),
                failed ? ", failed for a time" : ""));
  }

  private String legend() {
    StringBuilder legend = new StringBuilder("<p class=\"legend\">");
    String[] labels = {"&lt; 5 %", "5 – 20 %", "20 – 40 %", "40 – 60 %", "60 – 80 %", "≥ 80 %"};
    for (int i = 0; i < labels.length; i++) {
      legend.append("<span><i class=\"k%d\"></i>%s</span>".formatted(i, labels[i]));
    }
    if (!failedLinks.isEmpty() || !failedSwitches.isEmpty()) {
      legend.append("<span><i class=\"kfailed\"></i>failed for a time</span>");
    }
    return legend.append("</p>\n").toString();
  }
}
