/** What the commands share for the person at the terminal: tables, progress, numbers. */
package io.dta.cli.terminal;
