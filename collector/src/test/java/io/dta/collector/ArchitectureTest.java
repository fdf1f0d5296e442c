package io.dta.collector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.dta.collector");

  @Test
  void shouldDependOnLowerModulesOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.translator..", "io.dta.fattree..", "io.dta.cli..", "io.dta.benchmarks..")
        .because("translator and collector do not see each other, nor what is above them")
        .check(CLASSES);
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().matching("io.dta.collector.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldAnswerQueriesWithoutKnowingOfHttpRegionsOrConnections() {
    noClasses()
        .that()
        .resideInAPackage("..query..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.collector.api..",
            "io.dta.collector.region..",
            "io.dta.collector.connection..",
            "io.dta.rdma..",
            "com.sun.net.httpserver..",
            "io.prometheus..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepTheConfigurationOutOfTheParts() {
    classes()
        .that()
        .haveFullyQualifiedName(CollectorContext.class.getName())
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAPackage("io.dta.collector")
        .because("the parts take the values that they need")
        .check(CLASSES);
  }
}
