/** Scenario files: what a run is of, and running it. */
package io.dta.fattree.scenario;
