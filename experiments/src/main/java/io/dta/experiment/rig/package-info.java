/** The product under test: an engine, memory, readers, and flows to report. */
package io.dta.experiment.rig;
