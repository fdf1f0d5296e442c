package io.dta.primitives.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.dta.primitives.Primitive;
import org.junit.jupiter.api.Test;

class ImmediateDataTest {
  @Test
  void shouldHoldOpcodeStoreAndTheLowBitsOfTheDetail() {
    int immediate = ImmediateData.of(Primitive.APPEND, 63, 0x1_2345_ABCDL);
    assertEquals(0x023F_ABCD, immediate);
    assertEquals(Primitive.APPEND, ImmediateData.primitive(immediate));
    assertEquals(63, ImmediateData.store(immediate));
    assertEquals(0xABCD, ImmediateData.detail(immediate));
  }

  @Test
  void shouldSurviveDataOfSomeoneElse() {
    assertNull(ImmediateData.primitive(0xFFFF_FFFF));
    assertNull(ImmediateData.primitive(0));
    assertEquals(255, ImmediateData.store(0xFFFF_FFFF));
    assertEquals(0xFFFF, ImmediateData.detail(0xFFFF_FFFF));
  }
}
