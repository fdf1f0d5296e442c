/** The one command, {@code dta}, over all of the project. */
package io.dta.cli;
