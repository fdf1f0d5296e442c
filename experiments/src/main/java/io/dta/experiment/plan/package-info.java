/** The planner: which layouts reach a wanted success, and whether they really do. */
package io.dta.experiment.plan;
