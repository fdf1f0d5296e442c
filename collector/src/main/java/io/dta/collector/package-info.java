/**
 * The collector: it owns the memory that translators write, and answers queries from it over HTTP.
 * Its CPU takes no part in ingestion.
 */
package io.dta.collector;
