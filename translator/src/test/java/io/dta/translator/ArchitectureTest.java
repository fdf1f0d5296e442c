package io.dta.translator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between this module's packages, and out of it. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.dta.translator");

  @Test
  void shouldKnowNothingOfTheModulesBesideAndAbove() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.collector..", "io.dta.fattree..", "io.dta.cli..", "io.dta.benchmarks..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepTheEngineFreeOfNetworkFilesAndThreads() {
    classes()
        .that()
        .resideInAPackage("io.dta.translator.engine..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.translator.engine..",
            "io.dta.primitives..",
            "io.dta.rdma",
            "org.agrona..",
            "com.fasterxml.jackson.annotation..",
            "java.lang..",
            "java.util..",
            "java.nio",
            "java.time..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepSourceAndConnectionApart() {
    noClasses()
        .that()
        .resideInAPackage("io.dta.translator.source..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.dta.translator.connection..", "io.dta.translator")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.dta.translator.connection..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.dta.translator.source..", "io.dta.translator")
        .check(CLASSES);
  }

  @Test
  void shouldKeepNettyAndDisruptorInTheSource() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.dta.translator.source..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "com.lmax..")
        .check(CLASSES);
  }
}
