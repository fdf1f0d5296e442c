/** {@code dta experiment}. */
package io.dta.cli.experiment;
