/**
 * Answers from the memory of the stores. Knows nothing of HTTP: a question is a call, an answer a
 * record whose components are what the API's JSON shows.
 */
package io.dta.collector.query;
