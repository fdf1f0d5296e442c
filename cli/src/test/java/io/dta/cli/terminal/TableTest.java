package io.dta.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void shouldAlignNumbersRightAndTextLeft() {
    String table =
        new Table("STORE", "SENT", "SHARE", "NOTE")
            .row("paths", 1_234_567L, "99.9 %", "a")
            .row("key-increment", 5, null, "longer")
            .render(2);

    assertEquals(
        """
          STORE               SENT   SHARE  NOTE
          paths          1,234,567  99.9 %  a
          key-increment          5       –  longer
        """,
        table);
  }

  @Test
  void shouldRenderHeadingsAlone() {
    assertEquals("A  B\n", new Table("A", "B").render(0));
  }

  @Test
  void shouldRefuseRowOfAnotherWidth() {
    assertThrows(IllegalArgumentException.class, () -> new Table("A", "B").row("a"));
  }
}
