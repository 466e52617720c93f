import Livepatch

/// Why the lab cannot perform a scenario in a real kernel: a sentence.
public enum Unperformable: Error, Hashable, Sendable, CustomStringConvertible {
    /// It speaks of other kernels only than one of this generation.
    case otherKernelsOnly([Generation], Generation)
    /// A livepatch patches a function of vmlinux, and the lab has no new function for it.
    case unknownFunction(String, String)
    /// A task is to sleep in a function, and the lab has none that does.
    case notSleepable(String)
    /// A function's name cannot be one in C.
    case notAnIdentifier(String)
    /// There are no words in which the callback would be printed.
    case noWords(CallbackKind, String)
    /// The scenario itself makes no sense.
    case wrong(String)

    /// The sentence.
    public var description: String {
        switch self {
        case .otherKernelsOnly(let generations, let here):
            "it is meant for \(generations.map(\.rawValue).joined(separator: ", ")), and the kernel is of \(here.rawValue)"
        case .unknownFunction(let function, let patch):
            "'\(patch)' patches '\(function)' of vmlinux, which the lab cannot replace; it can replace "
                + PatchableFunction.all.map(\.name).joined(separator: ", ")
        case .notSleepable(let function):
            "no task can be made to sleep in '\(function)'; in vmlinux it can in "
                + PatchableFunction.all.filter(\.isSleepable).map(\.name).joined(separator: ", ")
        case .notAnIdentifier(let name): "the lab writes '\(name)' in C, where no function can have this name"
        case .noWords(let kind, let patch): "there are no words for the \(kind.rawValue) callback of '\(patch)'"
        case .wrong(let problem): problem
        }
    }
}
