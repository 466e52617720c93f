import GoldenCases
import Livepatch
import Testing

/// The kernel's lock orders what livepatch prints; it does not order what modules print.
@Suite struct OrderTests {
    private let modules = """
        summary: A module comes while a transition runs.
        modules:
          - {name: driver, init: driver_init, exit: driver_exit}
        livepatches:
          - name: fix
            objects:
              - {name: vmlinux, functions: [do_work], callbacks: [pre_patch, post_patch]}
              - {name: driver, functions: [driver_work], callbacks: [pre_patch, pre_unpatch]}
        steps:
          - load: fix
            prints: ["other: works"]        # a module that the scenario does not describe
            pending: true
          - load: driver
          - disable: fix
          - unload: driver
        """

    private let shadows = """
        summary: Destructors of one call.
        modules:
          - name: user
        steps:
          - load: user
          - {shadow: alloc, by: user, object: a, id: 1, ctor: c, ctor_data: first}
          - {shadow: alloc, by: user, object: b, id: 1, ctor: c, ctor_data: second}
          - {shadow: alloc, by: user, object: d, id: 1, ctor: c, ctor_data: third}
          - {shadow: free_all, by: user, id: 1, dtor: destroy}
          - {shadow: get, by: user, object: a, id: 1}
          - unload: user
        """

    @Test func theInitLineOfAModuleMayComeAfterTheTransition() throws {
        let log = try PredictedLog(modules)
        let check = try log.check { $0.move("driver_init", behind: "patching complete") }
        #expect(check.outcome == .passed)
    }

    @Test(arguments: ["applying patch", "patching complete", "unpatching complete", "driver_exit"])
    func whatAModuleAtWorkPrintsMayComeLate(_ place: String) throws {
        #expect(try PredictedLog(modules).check { $0.move("other: works", behind: place) }.outcome == .passed)
    }

    @Test func whatAModuleAtWorkPrintsIsNeededAndComesAnyTimeInItsStep() throws {
        #expect(try PredictedLog(modules).check { $0.drop("other: works") }.outcome == .failed)
        #expect(try PredictedLog(modules).check { $0.move("other: works", behind: "enabling") }.outcome == .passed)
    }

    /// MODULE_STATE_LIVE is set when the init function has returned.
    @Test func aModuleIsNotLiveBeforeItsInitLine() throws {
        let yaml = modules.replacing("[pre_patch, pre_unpatch]", with: "[post_patch]")
        let log = try PredictedLog(yaml)
        #expect(try log.check().outcome == .passed)
        #expect(try log.check { $0.move("driver_init", behind: "patching complete") }.outcome == .failed)
    }

    @Test func theInitLineOfAModuleMustNotComeBeforeItIsLoaded() throws {
        let log = try PredictedLog(modules)
        #expect(try log.check { $0.move("driver_init", behind: "enabling patch") }.outcome == .failed)
        #expect(try log.check { $0.move("driver_init", behind: "driver_exit") }.outcome == .failed)
    }

    @Test(arguments: [
        ("pre_patch_callback: vmlinux", "starting patching"), ("post_patch_callback: vmlinux", "patching complete"),
        ("starting patching", "applying patch"), ("initializing unpatching", "starting unpatching"),
    ])
    func whatTheLockOrdersMustNotMove(_ line: String, _ other: String) throws {
        #expect(try PredictedLog(modules).check { $0.move(line, behind: other) }.outcome == .failed)
    }

    @Test func theDestructorsOfFreeAllHaveNoOrder() throws {
        let log = try PredictedLog(shadows)
        let places = log.lines.indices.filter { log.lines[$0].contains("shadow_dtor") }
        try #require(places.count == 3)
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let check = try log.check { lines in
                for (place, from) in zip(places, order) { lines[place] = log.lines[places[from]] }
            }
            #expect(check.outcome == .passed, "\(order)")
        }
    }

    @Test func aDestructorMustRunOnceAndBeforeTheCallReturns() throws {
        let log = try PredictedLog(shadows)
        let line = try #require(log.lines.first { $0.contains("shadow_dtor") })
        #expect(try log.check { $0.move("shadow_dtor", behind: "klp_shadow_free_all") }.outcome == .failed)
        #expect(try log.check { $0.drop("shadow_dtor") }.outcome == .failed)
        #expect(try log.check { $0.insert(line, at: $0.firstIndex(of: line) ?? 0) }.outcome == .failed)
    }

    @Test func pointersMayBeHashed() throws {
        let log = try PredictedLog(shadows)
        let check = try log.check { lines in
            lines = lines.map { line in
                (1...9).reversed().reduce(line) { $0.replacing("PTR\($1)", with: "00000000\($1)cafe\($1)") }
                    .replacing("PTR0", with: "(null)")
            }
        }
        #expect(check.outcome == .passed)
        #expect(try log.check { $0.change("shadow_dtor(obj=PTR4", to: "shadow_dtor(obj=PTR1") }.outcome == .failed)
    }

    /// A module that numbers its pointers begins anew when it is loaded again; hashes stay. Whether the module prints in its
    /// exit function or the operator's commands are in the log: either tells one load from the other.
    @Test(arguments: [true, false], [true, false])
    func aModuleMayBeLoadedAgain(showsCommands: Bool, isHashed: Bool) throws {
        let exit = showsCommands ? "" : ", exit: user_exit"
        let log = try PredictedLog(
            """
            summary: A module finds what it left.
            modules:
              - {name: user\(exit)}
            steps:
              - load: user
              - {shadow: alloc, by: user, object: a, id: 1, ctor: c, ctor_data: first}
              - {shadow: alloc, by: user, object: b, id: 1, ctor: c, ctor_data: second}
              - unload: user
              - load: user
              - {shadow: get, by: user, object: b, id: 1}
              - {shadow: get, by: user, object: a, id: 1}
            """)
        // PTR7, PTR6 and PTR5 of the first load are PTR2, PTR1 and PTR3 of the second; PTR4, PTR2 and PTR1 are PTR5, PTR4, PTR6.
        let hashes = [["", "a1", "a2", "cc", "aa", "b1", "b2", "bb"], ["", "b2", "bb", "b1", "a2", "aa", "a1"]]
        let check = try log.check { lines in
            var load = -1
            lines = lines.map { line in
                if line.hasPrefix("% insmod") { load += 1 }
                guard isHashed else { return line }
                return hashes[load].indices.dropFirst().reversed().reduce(line) {
                    $0.replacing("PTR\($1)", with: "00000000c0ffee\(hashes[load][$1])")
                }
            }
            if !showsCommands { lines.removeAll { $0.hasPrefix("%") } }
        }
        #expect(check.outcome == .passed)
    }

    @Test func theErrorOfAConstructorIsCompared() throws {
        let log = try PredictedLog(
            """
            summary: A constructor fails.
            modules:
              - name: user
            steps:
              - load: user
              - {shadow: alloc, by: user, object: a, id: 1, ctor: c, ctor_ret: -ENOMEM}
            """)
        #expect(try log.check().outcome == .passed)
        #expect(try log.check { $0.change("(-12)", to: "(-22)") }.outcome == .failed)
        #expect(try log.check { $0.drop("Failed to construct") }.outcome == .failed)
        #expect(try log.check { $0.change("<a, 1>", to: "<000000004c940272, 1>") }.outcome == .passed)
    }
}
