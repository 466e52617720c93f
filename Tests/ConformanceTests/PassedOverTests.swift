import Conformance
import Testing

/// Whether a livepatch that is not mentioned where it should be was replaced.
@Suite struct PassedOverTests {
    private let both = Dmesg(
        """
        livepatch: enabling patch 'old'
        livepatch: 'old': starting patching transition
        livepatch: 'old': patching complete
        livepatch: applying patch 'old' to loading module 'driver'
        livepatch: enabling patch 'new'
        livepatch: 'new': starting patching transition
        livepatch: 'new': patching complete
        """)
    private let goesWithoutOld = Dmesg("livepatch: reverting patch 'new' on unloading module 'driver'")

    @Test func itWasReplacedIfNoLineSaysOtherwise() {
        #expect((both + goesWithoutOld).analysis()?.verdict == .conforms)
    }

    /// Then a line is missing where the module goes.
    @Test func itWasNotReplacedIfItIsDisabledLater() {
        let disabled = Dmesg(
            """
            livepatch: 'old': starting unpatching transition
            livepatch: 'old': unpatching complete
            """)
        #expect((both + goesWithoutOld + disabled).analysis()?.verdict == .violates)
    }
}
