/** The experiments, one class a question. */
package io.dta.experiment.catalog;
