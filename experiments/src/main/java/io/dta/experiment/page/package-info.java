/** What an experiment leaves: a page in Markdown, tables in CSV, plots in SVG and PNG. */
package io.dta.experiment.page;
