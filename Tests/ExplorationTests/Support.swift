import Livepatch
import ReferenceEngine
import Scenarios
import Simulation

@testable import Exploration

/// What is explored of a scenario.
func subject(_ yaml: String, _ generation: Generation = .linux55) throws -> Subject {
    Subject(try ScenarioFile.read(yaml, name: "scenario.yaml"), generation: generation)
}

/// The scenario, explored with all that the generation promises.
func explored(_ yaml: String, _ generation: Generation = .linux55, depth: Int? = nil) throws -> Exploration {
    try explored(subject(yaml, generation), depth: depth)
}

/// The subject, explored with all that its generation promises.
func explored(_ subject: Subject, depth: Int? = nil) -> Exploration {
    var exploration = Exploration(
        of: subject, invariants: Invariant.promised(by: subject.generation),
        limits: Exploration.Limits(depth: depth, states: 100_000))
    exploration.run()
    return exploration
}

extension Exploration {
    /// The names of the invariants that are broken.
    var broken: Set<String> { Set(violations.map(\.invariant.name)) }
}

/// Scenarios that several tests explore.
enum Example {
    static let allKinds = "callbacks: [pre_patch, post_patch, pre_unpatch, post_unpatch]"

    /// Two livepatches of one function, and a task that sleeps in it.
    static let oneFunction = """
        summary: Two livepatches of one function.
        livepatches:
          - {name: lower, objects: [{name: vmlinux, functions: [do_work], \(allKinds)}]}
          - {name: upper, objects: [{name: vmlinux, functions: [do_work], \(allKinds)}]}
        steps:
          - load: lower
          - load: upper
          - disable: lower
          - enable: lower
          - disable: upper
          - enable: upper
          - block: do_work
          - unblock: do_work
          - unload: lower
          - unload: upper
        """

    /// A livepatch of a module that comes and goes, and whose pre_patch may fail.
    static let module = """
        summary: A module comes and goes.
        modules:
          - {name: busy, init: busy_init, exit: busy_exit}
        livepatches:
          - name: fix
            objects:
              - {name: vmlinux, functions: [do_work], \(allKinds)}
              - {name: busy, functions: [busy_work], \(allKinds)}
          - name: other
            objects:
              - {name: busy, functions: [busy_write], \(allKinds)}
        steps:
          - load: busy
          - load: busy
            init_ret: -ENODEV
          - load: fix
          - load: other
          - {set: fix, object: busy, pre_patch_ret: -ENODEV}
          - {set: fix, object: busy, pre_patch_ret: 0}
          - block: busy_work
          - unblock: busy_work
          - disable: fix
          - enable: fix
          - disable: other
          - unload: fix
          - unload: other
          - unload: busy
        """

    /// A livepatch that replaces two others, and restores what they patch.
    static let replacement = """
        summary: A livepatch replaces others.
        modules:
          - {name: busy, init: busy_init, exit: busy_exit}
        livepatches:
          - name: old
            objects:
              - {name: vmlinux, functions: [do_work], \(allKinds)}
              - {name: busy, functions: [busy_work], \(allKinds)}
          - name: other
            objects:
              - {name: vmlinux, functions: [do_other_work], callbacks: [pre_patch, post_unpatch]}
          - name: all
            replace: parameter
            objects:
              - {name: vmlinux, functions: [do_last_work], \(allKinds)}
        steps:
          - load: busy
          - load: old
          - load: other
          - load: all
            replace: true
          - load: all
            replace: true
            pre_patch_ret: -EINVAL
          - block: do_work
          - unblock: do_work
          - disable: old
          - disable: all
          - enable: all
          - signal: all
          - unload: old
          - unload: other
          - unload: all
          - unload: busy
        """

    /// ftrace is off, a function is taken, a shadow variable is allocated and freed.
    static let surroundings = """
        summary: What is around a livepatch.
        livepatches:
          - {name: fix, objects: [{name: vmlinux, functions: [do_work], \(allKinds)}]}
        steps:
          - load: fix
          - ftrace: off
          - ftrace: on
          - occupy: do_work
          - vacate: do_work
          - {shadow: alloc, by: fix, object: file, id: 7}
          - {shadow: free, by: fix, object: file, id: 7}
          - disable: fix
          - unload: fix
        """

    /// Livepatches with states of their own and one that two of them share.
    static let states = """
        summary: Livepatches with states.
        livepatches:
          - name: first
            objects: [{name: vmlinux, functions: [do_work]}]
            states:
              - {id: 1, \(allKinds), is_shadow: true, allocates: loglevel}
          - name: second
            objects: [{name: vmlinux, functions: [do_other_work]}]
            states:
              - {id: 1, \(allKinds), is_shadow: true, allocates: loglevel}
              - {id: 2, callbacks: [post_patch, pre_unpatch]}
          - name: all
            replace: true
            objects: [{name: vmlinux, functions: [do_last_work]}]
            states:
              - {id: 3, \(allKinds)}
        steps:
          - load: first
          - load: second
          - load: all
          - disable: first
          - disable: all
          - enable: all
          - unload: first
          - unload: second
          - unload: all
        """

    /// Livepatches that use one type of shadow variables.
    static let types = """
        summary: Livepatches with a type.
        livepatches:
          - {name: first, objects: [{name: vmlinux, functions: [do_work], shadow_types: [7]}]}
          - {name: second, objects: [{name: vmlinux, functions: [do_other_work], shadow_types: [7]}]}
          - {name: all, replace: true, objects: [{name: vmlinux, functions: [do_last_work]}]}
        steps:
          - load: first
          - load: second
          - load: all
          - {shadow: alloc, by: first, object: file, id: 7}
          - disable: first
          - disable: second
          - unload: first
          - unload: second
          - unload: all
        """

    static let all = [oneFunction, module, replacement, surroundings, states, types]
}
