package io.dta.softroce.guest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests against the kernel's driver. Their methods may have a {@link SoftRoceGuest} as a parameter:
 * the one guest, its cable repaired before each test. Where a guest cannot be had on a machine, the
 * tests are skipped with the reason.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SoftRoceExtension.class)
public @interface SoftRoce {}
