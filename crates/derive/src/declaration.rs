//! What a struct with `#[options]` declares.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Data, DeriveInput, Error, Field, Fields, GenericArgument, Ident, LitStr,
    PathArguments, Result, Token, Type,
};

use crate::range::Range;

/// The arguments of `#[options(..)]`.
#[derive(Default)]
pub(crate) struct Arguments {
    /// The doc of `new`, if it is to be written.
    pub(crate) new: Option<LitStr>,
    /// Whether nothing is listed or checked.
    pub(crate) builder: bool,
}

impl Arguments {
    pub(crate) fn parse(tokens: TokenStream) -> Result<Self> {
        let mut arguments = Self::default();
        let parser = syn::meta::parser(|meta| {
            if meta.path.is_ident("new") {
                arguments.new = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("builder") {
                arguments.builder = true;
            } else {
                return Err(meta.error("expected `new = \"its doc\"` or `builder`"));
            }
            Ok(())
        });
        parser.parse2(tokens)?;
        Ok(arguments)
    }
}

/// One field and what `#[option(..)]` says about it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "one per flag of the attribute"
)]
pub(crate) struct Declared {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) public: bool,
    pub(crate) default: Option<TokenStream>,
    /// What takes its place while it is not set; its default is then `None`.
    pub(crate) unset: String,
    pub(crate) source: String,
    pub(crate) range: Option<Range>,
    /// What is tried, as an expression of `midfuse_base::search`.
    pub(crate) search: Option<TokenStream>,
    pub(crate) multiple_of: Option<Ident>,
    pub(crate) rule: Option<String>,
    pub(crate) new: bool,
    pub(crate) no_setter: bool,
    pub(crate) skip: bool,
}

/// Takes `#[option(..)]` off the fields and reads it.
pub(crate) fn take(item: &mut DeriveInput, arguments: &Arguments) -> Result<Vec<Declared>> {
    let ident = item.ident.clone();
    let fields = match &mut item.data {
        Data::Struct(data) => match &mut data.fields {
            Fields::Named(fields) => &mut fields.named,
            Fields::Unnamed(_) | Fields::Unit => {
                return Err(Error::new_spanned(
                    ident,
                    "options are fields with names; this struct has none",
                ));
            }
        },
        Data::Enum(_) | Data::Union(_) => {
            let mend = "`#[options]` is for structs; derive `Choices` for an enum";
            return Err(Error::new_spanned(ident, mend));
        }
    };
    let mut declared = Vec::new();
    let mut errors: Option<Error> = None;
    for field in fields {
        match Declared::take(field) {
            Ok(one) => declared.push(one),
            Err(error) => match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            },
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    for one in &declared {
        if one.new && one.default.is_some() && arguments.new.is_none() {
            let mend = "an argument of `new`, but `#[options(new = \"its doc\")]` is missing";
            return Err(Error::new_spanned(&one.ident, mend));
        }
        let Some(divisor) = &one.multiple_of else {
            continue;
        };
        if declared.iter().all(|other| other.ident != *divisor) {
            let mend = format!("`{ident}` has no field `{divisor}`");
            return Err(Error::new_spanned(divisor, mend));
        }
    }
    Ok(declared)
}

impl Declared {
    fn take(field: &mut Field) -> Result<Self> {
        let mut taken = Vec::new();
        field.attrs.retain(|attribute| {
            let ours = attribute.path().is_ident("option");
            if ours {
                taken.push(attribute.clone());
            }
            !ours
        });
        let docs = field.attrs.iter().filter(|a| a.path().is_ident("doc"));
        let ident = field.ident.clone();
        let ident = ident.ok_or_else(|| Error::new_spanned(&field.ty, "a field without a name"))?;
        let mut declared = Self {
            name: ident.to_string(),
            ident,
            ty: field.ty.clone(),
            docs: docs.cloned().collect(),
            public: matches!(field.vis, syn::Visibility::Public(_)),
            default: None,
            unset: String::new(),
            source: String::new(),
            range: None,
            search: None,
            multiple_of: None,
            rule: None,
            new: false,
            no_setter: false,
            skip: false,
        };
        for attribute in taken {
            attribute.parse_args_with(|input: ParseStream| declared.read(input))?;
        }
        declared.refuse(field)?;
        declared.new |= declared.default.is_none() && !declared.skip;
        Ok(declared)
    }

    fn read(&mut self, input: ParseStream) -> Result<()> {
        while !input.is_empty() {
            let key: Ident = input.parse()?;
            let known = key.to_string();
            match known.as_str() {
                "new" => self.new = true,
                "no_setter" => self.no_setter = true,
                "skip" => self.skip = true,
                "default" | "unset" | "range" | "multiple_of" | "rule" | "source" | "search" => {
                    input.parse::<Token![=]>()?;
                    match known.as_str() {
                        "default" => self.default = Some(expression(input)?),
                        "unset" => {
                            self.unset = input.parse::<LitStr>()?.value();
                            self.default = Some(quote!(::core::option::Option::None));
                        }
                        "range" => self.range = Some(input.parse()?),
                        "multiple_of" => self.multiple_of = Some(input.parse()?),
                        "search" => self.search = Some(tried(&expression(input)?)),
                        "rule" => self.rule = Some(input.parse::<LitStr>()?.value()),
                        _ => self.source = input.parse::<LitStr>()?.value(),
                    }
                }
                _ => {
                    let mend = format!(
                        "no argument `{key}`: expected `default`, `unset`, `source`, \
                         `range`, `search`, `multiple_of`, `rule`, `new`, `no_setter` or `skip`"
                    );
                    return Err(Error::new(key.span(), mend));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    /// Declarations that cannot be meant.
    fn refuse(&self, field: &Field) -> Result<()> {
        let optional = matches!(self.shape(), Shape::Optional | Shape::OptionalInto(_));
        if optional && self.default.is_none() && !self.skip {
            let mend = "an `Option` may be left out of a file: write `#[option(default = None)]`, or \
                        `unset = \"what takes its place\"`";
            return Err(Error::new_spanned(&self.ident, mend));
        }
        if !optional && !self.unset.is_empty() {
            let mend = "only an `Option` may be unset";
            return Err(Error::new_spanned(&self.ident, mend));
        }
        if self.default.is_none() && !self.source.is_empty() {
            let mend = "`source` says where a default comes from, and there is no default";
            return Err(Error::new_spanned(&self.ident, mend));
        }
        if self.default.is_none() && self.search.is_some() {
            let mend = "what is searched needs a default, for where it is not";
            return Err(Error::new_spanned(&self.ident, mend));
        }
        if self.skip && (self.default.is_some() || self.range.is_some() || self.new) {
            let mend = "what is skipped is no option: it has neither default nor range";
            return Err(Error::new_spanned(&self.ident, mend));
        }
        for attribute in field.attrs.iter().filter(|a| a.path().is_ident("serde")) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("default") {
                    return Err(meta.error("write `#[option(default = ..)]`, which writes this"));
                }
                // The rest of this argument.
                while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
                    meta.input.parse::<TokenTree>()?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    pub(crate) fn shape(&self) -> Shape {
        match argument_of(&self.ty, "Option") {
            Some(inner) if takes_into(inner) => Shape::OptionalInto(inner.clone()),
            Some(_) => Shape::Optional,
            None if takes_into(&self.ty) => Shape::Into,
            None => Shape::Plain,
        }
    }

    pub(crate) fn is_list(&self) -> bool {
        let ty = argument_of(&self.ty, "Option").unwrap_or(&self.ty);
        argument_of(ty, "Vec").is_some()
    }
}

/// How a value of the field is handed over.
#[expect(
    clippy::large_enum_variant,
    reason = "one value per field, while a program is compiled"
)]
pub(crate) enum Shape {
    /// As it is.
    Plain,
    /// By `impl Into<T>`.
    Into,
    /// By `impl Into<Option<T>>`.
    Optional,
    /// An `Option` of this type, set by `impl Into` of it.
    OptionalInto(Type),
}

fn takes_into(ty: &Type) -> bool {
    let is = |name: &str| {
        matches!(ty, Type::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == name))
    };
    is("Vec") || is("String") || is("PathBuf")
}

/// `T` of `Name<T>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == name)?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    }
}

/// `[1, 2]` or `log(1e-4, 1.0)` as an expression of `midfuse_base::search`.
fn tried(values: &TokenStream) -> TokenStream {
    let first = values.clone().into_iter().next();
    let is_list = matches!(&first, Some(TokenTree::Group(group))
        if group.delimiter() == Delimiter::Bracket);
    if is_list {
        quote!(::midfuse_base::search::choices(&#values))
    } else {
        quote!(::midfuse_base::search::#values)
    }
}

/// Everything up to the next comma outside of brackets.
fn expression(input: ParseStream) -> Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    if tokens.is_empty() {
        return Err(input.error("expected an expression"));
    }
    Ok(tokens)
}
