package io.dta.experiment.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final long HUNDRED_MILLION = 100_000_000;

  @Test
  void shouldReachTheGoalWithTheCheapestFirst() {
    for (boolean oldest : new boolean[] {false, true}) {
      List<Layout> layouts = Planner.plan(new Goal(HUNDRED_MILLION, 0.999, 5, oldest, 4));
      assertEquals(3 * 8, layouts.size() + missing(layouts));
      long before = 0;
      for (Layout layout : layouts) {
        double reached = oldest ? layout.oldest() : layout.average();
        assertTrue(reached >= 0.999, layout::toString);
        assertEquals(1, Long.bitCount(layout.slots()), layout::toString);
        assertTrue(layout.bytes() >= before, layout::toString);
        before = layout.bytes();
      }
    }
  }

  /** With one copy so many slots are needed that a store cannot have them. */
  private static int missing(List<Layout> layouts) {
    int missing = 0;
    for (Scheme scheme : Scheme.values()) {
      for (int copies = 1; copies <= 8; copies++) {
        int n = copies;
        missing +=
            layouts.stream().anyMatch(each -> each.scheme() == scheme && each.copies() == n)
                ? 0
                : 1;
      }
    }
    return missing;
  }

  @Test
  void shouldNeedHalfTheSlotsNowhere() {
    for (Layout layout : Planner.plan(new Goal(HUNDRED_MILLION, 0.99, 5, false, 1))) {
      Layout half =
          new Layout(layout.scheme(), layout.copies(), layout.slots() / 2, 1, 5, HUNDRED_MILLION);
      assertTrue(half.average() < 0.99, layout::toString);
    }
  }

  @Test
  void shouldTakeMoreCollectorsWhereThatSavesMemory() {
    long flows = 60_000_000;
    Layout one = Planner.plan(new Goal(flows, 0.999, 5, false, 1)).getFirst();
    Layout several = Planner.plan(new Goal(flows, 0.999, 5, false, 4)).getFirst();
    assertTrue(several.bytes() < one.bytes(), several + " against " + one);
    assertTrue(several.bytesPerFlow() <= 330, several::toString);
  }

  @Test
  void shouldLeavePostcardingOutWherePathsAreTooLong() {
    for (Layout layout : Planner.plan(new Goal(1000, 0.9, 9, false, 1))) {
      assertEquals(Scheme.KEY_WRITE, layout.scheme());
    }
  }

  @Test
  void shouldRefuseGoalsThatMakeNoSense() {
    assertRefused("flows 0", () -> new Goal(0, 0.9, 5, false, 1));
    assertRefused("success 1.0", () -> new Goal(1, 1, 5, false, 1));
    assertRefused("success NaN", () -> new Goal(1, Double.NaN, 5, false, 1));
    assertRefused("path-length 65", () -> new Goal(1, 0.9, 65, false, 1));
    assertRefused("collectors 0", () -> new Goal(1, 0.9, 5, false, 0));
  }

  private static void assertRefused(String what, Runnable goal) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, goal::run);
    assertTrue(e.getMessage().startsWith(what), e::getMessage);
  }
}
