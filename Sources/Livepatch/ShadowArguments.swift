/// What a line about shadow variables says: pointers as the line has them, and the id.
///
/// A pointer is opaque text: a hashed `%p`, or the number that a test module gives it (`PTR3`). Equal texts of one module's
/// load mean the same pointer; texts of two boots, or of two modules that number their own, cannot be compared.
public struct ShadowArguments: Hashable, Sendable {
    /// klp_shadow.obj: what the variable is attached to.
    public var object: String?
    /// klp_shadow.id.
    public var id: UInt64?
    /// The size of the variable's data.
    public var size: UInt64?
    /// The allocation's flags, by name.
    public var flags: String?
    /// The constructor that the caller names.
    public var constructor: String?
    /// What the caller hands to the constructor.
    public var constructorData: String?
    /// The destructor that the caller names.
    public var destructor: String?
    /// The variable's data (klp_shadow.data): what a call returned, or what a constructor or destructor is given.
    public var data: String?
    /// What the data holds: the constructor stored it there.
    public var content: String?

    /// Puts a `ShadowArguments` together from its parts.
    public init(
        object: String? = nil, id: UInt64? = nil, size: UInt64? = nil, flags: String? = nil, constructor: String? = nil,
        constructorData: String? = nil, destructor: String? = nil, data: String? = nil, content: String? = nil
    ) {
        self.object = object
        self.id = id
        self.size = size
        self.flags = flags
        self.constructor = constructor
        self.constructorData = constructorData
        self.destructor = destructor
        self.data = data
        self.content = content
    }
}

extension ShadowArguments {
    /// The null pointer, where nothing has printed it yet.
    public static let null = "NULL"

    /// True for the null pointer in any spelling: `NULL`, `(null)` with or without blanks before it, zeros, `PTR0` of
    /// test_klp_shadow_vars.
    public static func isNull(_ pointer: String) -> Bool {
        pointer == null || pointer == "PTR0" || pointer.utf8.allSatisfy { $0 == 0x30 }
            || pointer.utf8.drop { $0 == 0x20 }.elementsEqual("(null)".utf8)
    }

    /// True if the text does not tell which pointer it is: `(____ptrval____)` and `(ptrval)` of a kernel that has no key for
    /// hashing yet.
    public static func isNameless(_ pointer: String) -> Bool { pointer.hasPrefix("(") && !isNull(pointer) }

    /// Changes each pointer, in the order in which a line has them from its end to its beginning.
    public mutating func changePointers(_ change: (String) -> String) {
        content = content.map(change)
        data = data.map(change)
        destructor = destructor.map(change)
        constructorData = constructorData.map(change)
        constructor = constructor.map(change)
        object = object.map(change)
    }
}

/// Keeps the arguments of the few lines that have them out of the event itself.
indirect enum ShadowBox: Hashable, Sendable {
    case holding(ShadowArguments)

    var arguments: ShadowArguments {
        switch self {
        case .holding(let arguments): arguments
        }
    }
}
