import { event, type KnownEvent } from "./known-event.ts";

const PRODUCT =
  "product_id:string:商品:Product, sku:string:货号:SKU, name:string:商品名称:Product name, category:string:分类:Category, brand:string:品牌:Brand, variant:string:规格:Variant, price:number:单价:Price, quantity:number:数量:Quantity, coupon:string:优惠券:Coupon";
const PRODUCTS = "products:array:商品:Products";
const ORDER = `order_id:string:订单号:Order, total:number:实付金额:Total, revenue:number:收入:Revenue, shipping:number:运费:Shipping, tax:number:税费:Tax, discount:number:优惠金额:Discount, coupon:string:优惠券:Coupon, currency:string:币种:Currency, affiliation:string:门店:Store, ${PRODUCTS}`;
const CART = `cart_id:string:购物车:Cart, ${PRODUCTS}`;
const LIST = `list_id:string:列表:List, category:string:分类:Category, ${PRODUCTS}`;
const PROMOTION =
  "promotion_id:string:推广位:Promotion, name:string:推广名称:Promotion name, creative:string:素材:Creative, position:string:位置:Position";
const CHECKOUT =
  "checkout_id:string:结算单:Checkout, step:number:步骤:Step, shipping_method:string:配送方式:Shipping method, payment_method:string:支付方式:Payment method";
const COUPON =
  "coupon_id:string:优惠券:Coupon, coupon_name:string:优惠券名称:Coupon name, order_id:string:订单号:Order, cart_id:string:购物车:Cart, discount:number:优惠金额:Discount";
const WISHLIST = `wishlist_id:string:心愿单:Wishlist, wishlist_name:string:心愿单名称:Wishlist name, ${PRODUCT}`;

/** The events of Segment's e-commerce specification, version 2 (https://segment.com/docs/connections/spec/ecommerce/v2/). */
export const COMMERCE_EVENTS: readonly KnownEvent[] = [
  event("Products Searched", "搜索商品", "Products searched", "commerce", "query:string:搜索词:Query"),
  event("Product List Viewed", "浏览商品列表", "Product list viewed", "commerce", LIST),
  event(
    "Product List Filtered",
    "筛选商品列表",
    "Product list filtered",
    "commerce",
    `${LIST}, filters:array:筛选条件:Filters, sorts:array:排序:Sorts`,
  ),
  event("Promotion Viewed", "看到推广", "Promotion viewed", "commerce", PROMOTION),
  event("Promotion Clicked", "点击推广", "Promotion clicked", "commerce", PROMOTION),
  event("Product Clicked", "点击商品", "Product clicked", "commerce", PRODUCT),
  event("Product Viewed", "浏览商品", "Product viewed", "commerce", PRODUCT),
  event("Product Added", "加入购物车", "Added to cart", "commerce", `cart_id:string:购物车:Cart, ${PRODUCT}`),
  event("Product Removed", "移出购物车", "Removed from cart", "commerce", `cart_id:string:购物车:Cart, ${PRODUCT}`),
  event("Cart Viewed", "查看购物车", "Cart viewed", "commerce", CART),
  event("Checkout Started", "开始结算", "Checkout started", "commerce", ORDER),
  event("Checkout Step Viewed", "查看结算步骤", "Checkout step viewed", "commerce", CHECKOUT),
  event("Checkout Step Completed", "完成结算步骤", "Checkout step completed", "commerce", CHECKOUT),
  event("Payment Info Entered", "填写支付信息", "Payment info entered", "commerce", CHECKOUT),
  event("Order Updated", "修改订单", "Order updated", "commerce", ORDER),
  event("Order Completed", "完成订单", "Order completed", "commerce", ORDER),
  event("Order Refunded", "订单退款", "Order refunded", "commerce", ORDER),
  event("Order Cancelled", "取消订单", "Order cancelled", "commerce", ORDER),
  event("Coupon Entered", "输入优惠券", "Coupon entered", "commerce", COUPON),
  event("Coupon Applied", "使用优惠券", "Coupon applied", "commerce", COUPON),
  event("Coupon Denied", "优惠券被拒", "Coupon denied", "commerce", `${COUPON}, reason:string:原因:Reason`),
  event("Coupon Removed", "移除优惠券", "Coupon removed", "commerce", COUPON),
  event("Product Added to Wishlist", "加入心愿单", "Added to wishlist", "commerce", WISHLIST),
  event("Product Removed from Wishlist", "移出心愿单", "Removed from wishlist", "commerce", WISHLIST),
  event("Wishlist Product Added to Cart", "心愿单商品加入购物车", "Wishlist product added to cart", "commerce", WISHLIST),
  event("Product Shared", "分享商品", "Product shared", "commerce", `share_via:string:分享方式:Shared via, ${PRODUCT}`),
  event("Cart Shared", "分享购物车", "Cart shared", "commerce", `share_via:string:分享方式:Shared via, ${CART}`),
  event(
    "Product Reviewed",
    "评价商品",
    "Product reviewed",
    "commerce",
    "product_id:string:商品:Product, review_id:string:评价:Review, rating:number:评分:Rating",
  ),
];
