package io.tidemark.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What may use what, over the classes of every module that a broker is made of. */
class ArchitectureTest {

    /** All but the testkit, which simulates what pure code is kept from. */
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("/io/tidemark/testkit/"))
                    .importPackages("io.tidemark");

    private static final DescribedPredicate<JavaClass> PURE =
            describe(
                    "in a package that calls itself pure",
                    type -> PurePackages.names().contains(type.getPackageName()));

    private static final Set<String> CLOCKS_AND_CHANCE =
            Set.of(
                    "java.time.Instant.now",
                    "java.time.LocalDateTime.now",
                    "java.time.ZonedDateTime.now",
                    "java.lang.System.currentTimeMillis",
                    "java.lang.System.nanoTime",
                    "java.lang.Math.random",
                    "java.util.UUID.randomUUID",
                    "java.util.concurrent.ThreadLocalRandom.current",
                    "java.lang.Thread.sleep");

    private static final DescribedPredicate<JavaAccess<?>> A_CLOCK_OR_CHANCE =
            describe(
                    "a clock or a source of chance",
                    access ->
                            CLOCKS_AND_CHANCE.contains(
                                    access.getTargetOwner().getName() + "." + access.getName()));

    private static final DescribedPredicate<JavaClass> KAFKAS_OWN =
            resideInAPackage("org.apache.kafka..")
                    .and(not(resideInAPackage("org.apache.kafka.common.message..")))
                    .and(
                            not(
                                    describe(
                                            "Uuid or ApiMessage",
                                            type ->
                                                    type.getName()
                                                                    .equals(
                                                                            "org.apache.kafka.common.Uuid")
                                                            || type.getName()
                                                                    .equals(
                                                                            "org.apache.kafka.common.protocol.ApiMessage"))));

    @Test
    void shouldKnowThePurePackages() {
        assertThat(PurePackages.names())
                .contains(
                        "io.tidemark.partition.log",
                        "io.tidemark.metadata.image",
                        "io.tidemark.metadata.command",
                        "io.tidemark.metadata.config");
    }

    @Test
    void shouldKeepIoAndThreadsOutOfPurePackages() {
        ArchRule rule =
                noClasses()
                        .that(PURE)
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                        "org.springframework..",
                                        "java.nio.file..",
                                        "java.net..",
                                        "io.netty.channel..",
                                        "reactor..",
                                        "org.apache.ratis.."))
                        .orShould()
                        .dependOnClassesThat(
                                assignableTo("java.util.concurrent.Executor")
                                        .or(assignableTo("java.util.concurrent.Executors"))
                                        .or(assignableTo("java.lang.Thread")));
        rule.check(CLASSES);
    }

    @Test
    void shouldTellPurePackagesTheTime() {
        ArchRule rule = noClasses().that(PURE).should().accessTargetWhere(A_CLOCK_OR_CHANCE);
        rule.check(CLASSES);
    }

    @Test
    void shouldFormNoCyclesOfPackages() {
        ArchRule rule = slices().matching("io.tidemark.(**)").should().beFreeOfCycles();
        rule.check(CLASSES);
    }

    @Test
    void shouldKeepNoStaticState() {
        ArchRule rule =
                fields().that()
                        .areStatic()
                        .and(
                                describe(
                                        "are written by people",
                                        field -> !field.getName().startsWith("$")))
                        .should()
                        .beFinal()
                        .andShould()
                        .notHaveRawType(
                                describe(
                                        "a type made to be changed",
                                        type ->
                                                type.getPackageName()
                                                                .equals(
                                                                        "java.util.concurrent.atomic")
                                                        || type.isAssignableTo(
                                                                "java.util.concurrent.ConcurrentMap")
                                                        || type.isAssignableTo("java.util.HashMap")
                                                        || type.isAssignableTo("java.util.HashSet")
                                                        || type.isAssignableTo(
                                                                "java.util.ArrayList")));
        rule.check(CLASSES);
    }

    @Test
    void shouldNeverBlockInTheGateway() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideInAPackage("io.tidemark.gateway..")
                        .should()
                        .accessTargetWhere(
                                targetOwner(
                                                describe(
                                                        "Mono, Flux",
                                                        type ->
                                                                type.getPackageName()
                                                                        .equals(
                                                                                "reactor.core.publisher")))
                                        .and(
                                                target(
                                                        describe(
                                                                "block",
                                                                member ->
                                                                        member.getName()
                                                                                        .startsWith(
                                                                                                "block")
                                                                                || member.getName()
                                                                                        .equals(
                                                                                                "toIterable")
                                                                                || member.getName()
                                                                                        .equals(
                                                                                                "toStream")))));
        rule.check(CLASSES);
    }

    @Test
    void shouldKeepKafkasOwnClassesInTheProtocolModule() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideOutsideOfPackage("io.tidemark.protocol..")
                        .should()
                        .dependOnClassesThat(KAFKAS_OWN);
        rule.check(CLASSES);
    }

    @Test
    void shouldUseNothingOfKafkasServer() {
        ArchRule rule =
                noClasses()
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                        "kafka..",
                                        "scala..",
                                        "org.apache.kafka.server..",
                                        "org.apache.kafka.storage..",
                                        "org.apache.kafka.raft..",
                                        "org.apache.kafka.image..",
                                        "org.apache.kafka.metadata..",
                                        "org.apache.kafka.controller..",
                                        "org.apache.kafka.coordinator..",
                                        "org.apache.kafka.tools.."));
        rule.check(CLASSES);
    }

    @Test
    void shouldKeepRatisBehindTheQuorum() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideOutsideOfPackage("io.tidemark.coordinator..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.apache.ratis..");
        rule.check(CLASSES);
    }

    @Test
    void shouldKeepSpringOutOfTheLibraries() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                "io.tidemark.environment..",
                                "io.tidemark.protocol..",
                                "io.tidemark.metadata..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.springframework..");
        rule.check(CLASSES);
    }

    @Test
    void shouldLetServicesMeetOnlyOverTheWire() {
        ArchRule rule =
                slices().matching("io.tidemark.(partition|coordinator|gateway)..")
                        .should()
                        .notDependOnEachOther();
        rule.check(CLASSES);
    }

    @Test
    void shouldNameClassesByWhatTheyAre() {
        ArchRule rule =
                classes()
                        .should()
                        .haveNameNotMatching(".*(Helper|Helpers|Util|Utils|Impl)(\\$.*)?")
                        .andShould()
                        .resideOutsideOfPackages(
                                "..util..", "..common..", "..helper..", "..impl..");
        rule.check(CLASSES);
    }
}
