export default () => "module";
