/** {@code dta demo}: everything on one machine, on real packets, and every answer checked. */
package io.dta.cli.demo;
