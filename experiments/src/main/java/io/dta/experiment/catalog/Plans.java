package io.dta.experiment.catalog;

import io.dta.experiment.Cost;
import io.dta.experiment.Experiment;
import io.dta.experiment.Lab;
import io.dta.experiment.Scale;
import io.dta.experiment.page.Comparisons;
import io.dta.experiment.page.Numbers;
import io.dta.experiment.page.Page;
import io.dta.experiment.plan.Goal;
import io.dta.experiment.plan.Layout;
import io.dta.experiment.plan.Planner;
import io.dta.experiment.plan.Simulation;
import io.dta.experiment.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The planner's predictions beside simulations. */
public final class Plans implements Experiment {
  private static final int LAYOUTS = 6;
  private static final int MOST_COLLECTORS = 4;
  private static final long MILLION = 1_000_000;

  private static final List<Goal> GOALS =
      List.of(
          new Goal(MILLION, 0.9, 5, false, 1),
          new Goal(100 * MILLION, 0.99, 3, false, MOST_COLLECTORS),
          new Goal(100 * MILLION, 0.999, 5, false, MOST_COLLECTORS),
          new Goal(100 * MILLION, 0.999, 5, true, MOST_COLLECTORS),
          new Goal(100 * MILLION, 0.9999, 8, false, MOST_COLLECTORS));

  private record Answer(Goal goal, Layout layout, Simulation.Result result) {}

  @Override
  public String name() {
    return "planner";
  }

  @Override
  public String title() {
    return "The planner";
  }

  @Override
  public String question() {
    return "Do the layouts that 'dta experiment plan' proposes reach the success that they"
        + " promise?";
  }

  private static long flows(Scale scale) {
    return scale.choose(40_000L, 500_000L, 1_000_000L);
  }

  @Override
  public Cost cost(Scale scale) {
    long flows = flows(scale) * 2 * LAYOUTS * GOALS.size();
    return new Cost(flows * 3, flows * 4, flows, flows(scale) * 64 * 32);
  }

  @Override
  public void run(Lab lab, Page page) {
    page.method(
        ("For each of %d goals the %d cheapest layouts are simulated at their load, with %,d flows"
                + " or more on engine and readers.")
            .formatted(GOALS.size(), LAYOUTS, flows(lab.scale())));
    List<Callable<Answer>> trials = new ArrayList<>();
    for (Goal goal : GOALS) {
      for (Layout layout : Planner.plan(goal).stream().limit(LAYOUTS).toList()) {
        long seed = lab.seed(this, trials.size());
        trials.add(
            () ->
                new Answer(
                    goal,
                    layout,
                    Simulation.run(
                        lab,
                        layout.scheme(),
                        layout.copies(),
                        layout.pathLength(),
                        layout.load(),
                        flows(lab.scale()),
                        goal.oldest(),
                        seed)));
      }
    }
    Comparisons predicted =
        page.comparisons(
            "predicted",
            "The predicted success",
            "flows",
            "wanted",
            "of",
            "path",
            "layout",
            "copies",
            "memory");
    Comparisons reached =
        page.comparisons("reached", "The wanted success", "flows", "wanted", "layout", "copies");
    for (Answer each : lab.run(trials)) {
      Estimate measured = each.result.measured();
      Goal goal = each.goal;
      Layout layout = each.layout;
      predicted.equal(
          each.result.closedForm(),
          measured,
          goal.flows(),
          goal.success(),
          goal.oldest() ? "oldest" : "average",
          goal.pathLength(),
          layout.scheme().label(),
          layout.copies(),
          Numbers.bytes(layout.bytes()));
      reached.atLeast(
          goal.success(),
          measured,
          goal.flows(),
          goal.success(),
          layout.scheme().label(),
          layout.copies());
    }
    page.result(
        "Layouts exceed what was wanted where slots had to be rounded up to a power of two.");
  }
}
