/**
 * DART's and DTA's experiments on the product itself: reports go through the translator's engine
 * into registered memory, the product's readers answer, and what they answer is compared with the
 * closed forms of {@link io.dta.primitives.analysis} and with the papers.
 *
 * <p>An {@link io.dta.experiment.Experiment} is one class that reads like the question it answers.
 * It gets a {@link io.dta.experiment.Lab}, which runs its trials, and fills a {@link
 * io.dta.experiment.page.Page}.
 */
package io.dta.experiment;
